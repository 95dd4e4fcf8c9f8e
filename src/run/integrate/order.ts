// The order in which results get into the history: as declared, as far as the plan allows it, whichever task happened to
// finish first. Pure.

import { MinHeap } from '../../base/min-heap.ts';
import { inOrder, type Most, type Queue } from '../../model/order-group.ts';
import type { Plan } from '../../model/plan.ts';
import { pairsIn } from '../../model/task-pairs.ts';

/** A result at its place in the row. Others are named by their places, all of them before its own. */
export interface Placed {
  task: string;
  /** The last of those that it needs or reads from, through whatever tasks between; -1 for none. */
  needs: number;
  /** The same, those that it was to be integrated after counted as well. */
  follows: number;
}

/** @param integrated the tasks whose results are there, in the order in which they came */
export function historyOrder(
  plan: Pick<Plan, 'tasks' | 'edges' | 'conflicts'>,
  integrated: readonly string[],
): Placed[] {
  const there = new Set(integrated);
  const ids = plan.tasks.map(({ id }) => id);
  const edges = plan.edges.map(({ tasks }) => pairsIn(tasks));
  const isolated = plan.conflicts.filter(({ resolution }) => resolution === 'isolate');
  const row: Placed[] = [];
  const places = new Map<string, number>();
  const last = (id: string, most: Most<string> | undefined) => () =>
    Math.max(places.get(id) ?? -1, most?.value ?? -1);
  inOrder(
    ids,
    [...edges, ...isolated.map(({ tasks }) => pairsIn(tasks))],
    (task, most) => {
      if (there.has(task)) {
        places.set(task, row.length);
        row.push({ task, needs: -1, follows: most?.value ?? -1 });
      }
      return last(task, most);
    },
    asDeclared(ids, there),
  );
  inOrder(ids, edges, (task, most) => {
    const placed = row[places.get(task) ?? -1];
    if (placed) placed.needs = most?.value ?? -1;
    return last(task, most);
  });
  if (row.length < ids.filter((id) => there.has(id)).length) throw new Error('the plan has a circle');
  return row;
}

/** Those without a result keep nobody waiting, and the others come in their order. */
function asDeclared(ids: readonly string[], there: ReadonlySet<string>): Queue<string> {
  const ranks = new Map(ids.map((id, at) => [id, there.has(id) ? ids.length + at : at]));
  const heap = new MinHeap();
  return {
    push: (id) => heap.push(ranks.get(id) as number),
    next: () => {
      const rank = heap.next();
      return rank === undefined ? undefined : ids[rank % ids.length];
    },
  };
}
