// How long the rest of a run may take. Pure.

import { hitOf } from '../../state/cached.ts';
import type { TaskState } from '../../state/items.ts';
import type { RunState } from '../../state/run-state.ts';
import { isOver, isRunning, type Status } from '../../state/status.ts';

const OF_NO_MORE_WORK: ReadonlySet<Status> = new Set<Status>(['ran', 'integrating', 'serving']);

/**
 * The greatest of three lower bounds on what is left (Graham 1966): the longest chain of tasks that wait for each other,
 * all work shared among the slots, and the work of tasks that exclude each other. Undefined while nothing is known.
 */
export function estimate(state: RunState, at: number): number | undefined {
  const { started, tasks, graph } = state;
  if (state.stopping) return undefined;
  const known = started.expectedMs;
  const mean = meanOf(tasks, known);
  if (mean === undefined) return undefined;

  const rest = (item: TaskState): number => {
    if (isOver(item.status) || OF_NO_MORE_WORK.has(item.status)) return 0;
    const whole = known[item.id] ?? mean;
    if (item.status === 'retrying') return whole + Math.max(0, (item.retry?.at ?? at) - at);
    return isRunning(item.status) ? Math.max(0, whole - (at - (item.startedAt ?? at))) : whole;
  };

  const rests = new Map(tasks.map((item) => [item, rest(item)]));
  const work = [...rests.values()].reduce((sum, ms) => sum + ms, 0);
  let bound = graph.longest((item) => rests.get(item) ?? 0);
  for (const { tasks: ids, capacity } of started.plan.exclusions) {
    let together = 0;
    for (const id of ids) together += rests.get(state.task(id) as TaskState) ?? 0;
    bound = Math.max(bound, together / (capacity ?? 1));
  }
  const all = Math.max(bound, work / started.concurrency);
  return all > 0 ? all : undefined;
}

/** What a task of unknown length takes: the mean of those that have run and ended well and of those remembered. */
function meanOf(tasks: readonly TaskState[], known: Record<string, number>): number | undefined {
  let sum = 0;
  let count = 0;
  for (const task of tasks) {
    const { id, status, result } = task;
    const one = status === 'passed' && !hitOf(task) ? result?.durationMs : known[id];
    if (one === undefined) continue;
    sum += one;
    count += 1;
  }
  return count > 0 ? sum / count : undefined;
}
