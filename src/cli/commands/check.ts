import { fail } from '../../base/result.ts';
import { displayPath } from '../../config/config-file.ts';
import { plural, printable } from '../../present/format.ts';
import type { CheckFlags } from '../options.ts';
import { configOf, type Ended, print, type Session } from '../session.ts';

export default async function check(session: Session<CheckFlags>, names: string[]): Promise<Ended> {
  const { strict = false, json = false } = session.flags;
  if (!strict && (names.length > 0 || json)) {
    const given = names.length > 0 ? 'tasks' : '`--json`';
    return fail({ message: `${given} can be given with \`--strict\` only`, hint: 'add `--strict`' });
  }
  const config = await configOf(session);
  if (!config.ok) return config;
  if (strict) {
    const { checkStrictly } = await import('../check-strict.ts');
    return checkStrictly(session, config.value, names);
  }
  const { tasks, file } = config.value;
  const { colors, unicode } = session.out;
  await print(
    session,
    `${colors.green(unicode ? '✔' : 'ok')} ${printable(displayPath(file, session.cwd))} is valid: ${plural(tasks.length, 'task')}\n`,
  );
  return 0;
}
