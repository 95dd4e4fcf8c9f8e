// Which tasks a task was done upon: without them nobody can say what it would have done. Pure.

import type { Plan } from '../../model/plan.ts';
import { edgesOf } from '../../model/task-pairs.ts';

/**
 * The places of the tasks that a task needs or reads from, through whatever tasks between. Who only wrote the same files
 * before it is no ground: what it did may fit without.
 * @param ids the tasks at their places; others are no part of the answer
 */
export function groundsIn(plan: Pick<Plan, 'edges'>, ids: readonly string[]): (place: number) => number[] {
  const before = new Map<string, string[]>();
  for (const { from, to, because } of edgesOf(plan)) {
    if (because.kind !== 'needs' && because.kind !== 'write-read') continue;
    const list = before.get(to);
    if (list === undefined) before.set(to, [from]);
    else list.push(from);
  }
  const places = new Map(ids.map((id, at) => [id, at]));
  return (place) => {
    const seen = new Set<string>();
    const open = [...(before.get(ids[place] ?? '') ?? [])];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (seen.has(one)) continue;
      seen.add(one);
      open.push(...(before.get(one) ?? []));
    }
    return [...seen].flatMap((one) => places.get(one) ?? []).sort((a, b) => a - b);
  };
}
