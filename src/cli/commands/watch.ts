import type { WatchFlags } from '../options.ts';
import type { Ended, Session } from '../session.ts';
import { watchTasks } from '../watch-session.ts';

export default function watch(session: Session<WatchFlags>, tasks: string[]): Promise<Ended> {
  return watchTasks(session, tasks);
}
