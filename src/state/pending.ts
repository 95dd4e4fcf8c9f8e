// Why something does not run right now. What it waited for is known once it is over: see waits.ts.

import type { Item } from './items.ts';
import type { RunState } from './run-state.ts';
import { countRunning, isOver } from './status.ts';

export type Pending =
  | { for: 'tasks'; ids: string[] }
  | { for: 'resources'; resources: string[] }
  | { for: 'slot' }
  | { for: 'phase'; index: number }
  /** To be integrated, after these tasks. */
  | { for: 'integration'; after: string[] }
  | { for: 'turn' };

/** Whether all that comes before it is over. */
export function isReady(state: RunState, item: Item): boolean {
  const task = item.phase.validation ? undefined : state.task(item.id);
  return task === undefined || state.graph.isReady(task);
}

/** Why a waiting item does not run, or is not integrated. */
export function pendingOn(state: RunState, item: Item): Pending {
  const task = item.phase.validation ? undefined : state.task(item.id);
  if (task === undefined) return { for: 'turn' };
  if (task.status === 'ran') {
    const after = state.graph.turnsBefore(task).filter(({ status }) => !isOver(status));
    return { for: 'integration', after: after.map(({ id }) => id) };
  }
  if (!state.graph.isReady(task)) {
    const left = state.graph.before(task).filter(({ status }) => !isOver(status) && status !== 'serving');
    // Those that run say best how long it may take.
    const ids = [
      ...left.filter(({ status }) => status !== 'waiting'),
      ...left.filter(({ status }) => status === 'waiting'),
    ];
    return { for: 'tasks', ids: ids.map(({ id }) => id) };
  }
  if (task.resources.length > 0) return { for: 'resources', resources: task.resources };
  if (countRunning(state.counts) >= state.started.concurrency) return { for: 'slot' };
  const earlier = state.phases.find(
    ({ index, endedAt }) => index < task.phase.index && endedAt === undefined,
  );
  return earlier ? { for: 'phase', index: earlier.index } : { for: 'turn' };
}
