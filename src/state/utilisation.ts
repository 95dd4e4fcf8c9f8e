// How the slots and resources of a run were used: when all slots were taken, and who held a resource. Made once, asked for
// every task.

import type { Plan } from '../model/plan.ts';
import { TERMINAL } from '../model/terminal.ts';
import { type Interval, lengthOf, merged } from './interval.ts';
import type { Timelines } from './timeline.ts';

/** Milliseconds that a start may take after what it waited for: no wait of its own. */
export const GAP = 25;

/** Holders of a resource that are named, the latest ones. */
const MAX_HOLDERS = 8;
/** How far back they are looked for: where many share a resource most of the earlier ones have long let go of it. */
const MAX_STEPS = 256;

export interface Holder extends Interval {
  id: string;
}

export interface Utilisation {
  /** How long of this all slots were taken. */
  fullMs(window: Interval): number;
  /** Those that may not use the resource together with the task and had it in this time, by when they took it. */
  holders(id: string, resource: string, window: Interval): Holder[];
}

export function utilisationOf(plan: Plan, timelines: Timelines, concurrency: number): Utilisation {
  const full = fullIntervals(plan, timelines, concurrency);
  const sums = [0];
  for (const interval of full) sums.push((sums.at(-1) ?? 0) + lengthOf(interval));
  /** How long all slots were taken until then. */
  const fullUntil = (at: number): number => {
    const index = lowerBound(full, ({ to }) => to >= at);
    const within = full[index];
    return (sums[index] ?? 0) + (within ? Math.max(0, at - within.from) : 0);
  };
  const uses = usesOf(plan, timelines);
  return {
    fullMs: ({ from, to }) => fullUntil(to) - fullUntil(from),
    holders(id, resource, { from, to }) {
      const all = uses.get(resource) ?? [];
      const found: Holder[] = [];
      const end = lowerBound(all, (use) => use.from >= to);
      for (let at = end - 1; at >= Math.max(0, end - MAX_STEPS) && found.length < MAX_HOLDERS; at--) {
        const use = all[at] as Holder;
        if (use.to > from && use.id !== id) found.push({ ...use, to: Math.min(use.to, to) });
      }
      return found.reverse();
    },
  };
}

/**
 * Between the end of a task and the start of the next in its slot lies a moment, in which the slot is not free. What runs alone takes
 * all of them.
 */
function fullIntervals(plan: Plan, timelines: Timelines, concurrency: number): Interval[] {
  const steps = plan.tasks
    .flatMap(({ id, raw }) =>
      (timelines.get(id)?.slots ?? []).map((slot) => ({ ...slot, by: raw ? concurrency : 1 })),
    )
    .flatMap(({ from, to, by }) => [
      { at: from, by },
      { at: to, by: -by },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const full: Interval[] = [];
  let running = 0;
  let since: number | undefined;
  for (const { at, by } of steps) {
    running += by;
    if (running >= concurrency) since ??= at;
    else if (since !== undefined) {
      full.push({ from: since, to: at });
      since = undefined;
    }
  }
  return merged(full, GAP);
}

/** When each resource was held by one of those that exclude each other over it, by when they took it. */
function usesOf(plan: Plan, timelines: Timelines): Map<string, Holder[]> {
  const uses = new Map<string, Holder[]>();
  const all = plan.exclusions.map(({ tasks, because }) => ({ tasks, resource: because.resource }));
  if (plan.tasks.some(({ raw }) => raw))
    all.push({ tasks: plan.tasks.map(({ id }) => id), resource: TERMINAL });
  for (const { tasks, resource } of all) {
    if (resource === undefined) continue;
    const held = tasks.flatMap((id) => {
      const { slots = [], serving = [] } = timelines.get(id) ?? {};
      return [...slots, ...serving].map(({ from, to }): Holder => ({ id, from, to }));
    });
    uses.set(resource, [...(uses.get(resource) ?? []), ...held]);
  }
  for (const held of uses.values()) held.sort((a, b) => a.from - b.from || a.to - b.to);
  return uses;
}

/** The first place where it holds, which it does from there on. */
function lowerBound<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
