import { displayPath } from '../../config/config-file.ts';
import { plural, printable } from '../../present/format.ts';
import { configOf, type Ended, print, type Session } from '../session.ts';

export default async function check(session: Session): Promise<Ended> {
  const config = await configOf(session);
  if (!config.ok) return config;
  const { tasks, file } = config.value;
  const { colors, unicode } = session.out;
  await print(
    session,
    `${colors.green(unicode ? '✔' : 'ok')} ${printable(displayPath(file, session.cwd))} is valid: ${plural(tasks.length, 'task')}\n`,
  );
  return 0;
}
