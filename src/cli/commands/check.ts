import type { Command } from 'commander';
import { displayPath } from '../../config/find.ts';
import { printable } from '../../present/format.ts';
import type { GlobalFlags } from '../options.ts';
import { configOf, openSession, print, refuse } from '../session.ts';

export default async function check(_flags: object, command: Command): Promise<number> {
  const session = openSession(command.optsWithGlobals<GlobalFlags>());
  const config = configOf(session);
  if (!config.ok) return refuse(session, config.diagnostics);
  const { tasks, file } = config.value;
  const { colors, unicode } = session.out;
  const count = `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`;
  await print(
    session,
    `${colors.green(unicode ? '✔' : 'ok')} ${printable(displayPath(file, session.cwd))} is valid: ${count}\n`,
  );
  return 0;
}
