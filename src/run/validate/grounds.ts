// Which tasks a task was done upon: without them nobody can say what it would have done. Pure.

import { reachedFrom } from '../../model/order-group.ts';
import type { Plan } from '../../model/plan.ts';
import { carriesFailure, groupsBefore } from '../../model/task-pairs.ts';

/**
 * The places of the tasks that a task needs or reads from, through whatever tasks between. Who only wrote the same files
 * before it is no ground: what it did may fit without.
 * @param ids the tasks at their places; others are no part of the answer
 */
export function groundsIn(plan: Pick<Plan, 'edges'>, ids: readonly string[]): (place: number) => number[] {
  const before = groupsBefore(plan.edges.filter(({ because }) => carriesFailure(because)));
  const places = new Map(ids.map((id, at) => [id, at]));
  return (place) =>
    [...reachedFrom(ids[place] ?? '', before).keys()]
      .flatMap((one) => places.get(one) ?? [])
      .sort((a, b) => a - b);
}
