import { fail } from '../../base/result.ts';
import type { LearnFlags } from '../options.ts';
import { configOf, type Ended, type Session } from '../session.ts';

export default async function learn(session: Session<LearnFlags>, tasks: string[]): Promise<Ended> {
  const { write = false, check = false } = session.flags;
  if (write && check)
    return fail({
      message: '`--check` writes nothing, and cannot be given with `--write`',
      hint: 'leave out one of the two',
    });
  const config = await configOf(session);
  if (!config.ok) return config;
  const { learnTasks } = await import('../learn-tasks.ts');
  return learnTasks(session, config.value, tasks);
}
