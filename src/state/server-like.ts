// Whether a task that goes on and on is a server, by what it printed last. Pure.

import type { Item, TaskState } from './items.ts';
import { type Counts, countRunning, isRunning } from './status.ts';

/** What servers and watchers say once they are up. */
const SAYS_SO =
  /\blistening (?:on|at)\b|\b(?:watching|waiting) for (?:file )?changes\b|\bready in \d|\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d{2,5}\b|\[::1?\]:\d{2,5}\b|\bserver (?:is )?(?:running|started|ready|up) (?:on|at)\b/i;

/** What has been going on for less is stopped for another reason. */
const SHORT_MS = 5_000;
/** And what has gone on for so long while nothing else does is worth a word. */
const LONG_MS = 30_000;

/** Of what is stopped, or not over in time. */
export const isServerLike = ({ tail, startedAt }: Item, at: number): boolean =>
  startedAt !== undefined && at - startedAt >= SHORT_MS && SAYS_SO.test(tail);

/** The task that keeps a run going by itself, and looks like a server. */
export function seemingServer(
  { tasks, counts }: { tasks: readonly TaskState[]; counts: Counts },
  at: number,
): Item | undefined {
  if (countRunning(counts) !== 1 || counts.integrating + counts.ran > 0) return undefined;
  const task = tasks.find(({ status }) => isRunning(status));
  if (task === undefined || task.planned.service || at - (task.startedAt ?? at) < LONG_MS) return undefined;
  return isServerLike(task, at) ? task : undefined;
}
