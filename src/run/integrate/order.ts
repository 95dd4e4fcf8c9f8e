// The order in which results get into the history: as declared, as far as the plan allows it, whichever task happened to
// finish first. Pure.

import type { Plan } from '../../model/plan.ts';
import { conflictsOf, edgesOf } from '../../model/task-pairs.ts';

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
  const needs = new Map<string, string[]>();
  const follows = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, from: string, after: string): void => {
    to.set(after, [...(to.get(after) ?? []), from]);
  };
  for (const { from, to } of edgesOf(plan)) for (const all of [needs, follows]) add(all, from, to);
  for (const {
    tasks: [first, second],
    resolution,
  } of conflictsOf(plan))
    if (resolution === 'isolate') add(follows, first, second);

  const there = new Set(integrated);
  const declared = plan.tasks.map(({ id }) => id).filter((id) => there.has(id));
  const before = new Map(
    declared.map((id) => [id, reachedFrom(id, follows).filter((one) => there.has(one))]),
  );
  const places = new Map<string, number>();
  const last = (ids: readonly string[]): number => Math.max(-1, ...ids.map((id) => places.get(id) ?? -1));
  const row: Placed[] = [];
  while (row.length < declared.length) {
    const next = declared.find((id) => !places.has(id) && before.get(id)?.every((one) => places.has(one)));
    if (next === undefined) throw new Error('the plan has a circle');
    row.push({ task: next, needs: last(reachedFrom(next, needs)), follows: last(before.get(next) ?? []) });
    places.set(next, row.length - 1);
  }
  return row;
}

function reachedFrom(id: string, edges: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>();
  const open = [...(edges.get(id) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    open.push(...(edges.get(one) ?? []));
  }
  return [...seen];
}
