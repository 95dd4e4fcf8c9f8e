import { displayPath } from '../../config/find.ts';
import { plural, printable } from '../../present/format.ts';
import { configOf, type Ended, print, type Session } from '../session.ts';

export default async function check(session: Session): Promise<Ended> {
  const config = configOf(session);
  if (!config.ok) return config;
  const { tasks, file } = config.value;
  const { colors, unicode } = session.out;
  await print(
    session,
    `${colors.green(unicode ? '✔' : 'ok')} ${printable(displayPath(file, session.cwd))} is valid: ${plural(tasks.length, 'task')}\n`,
  );
  return 0;
}
