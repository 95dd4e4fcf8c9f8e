// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that. A group of thousands
// is looked at and never gone through.

import type { Because, Exclusion, Plan } from '../model/plan.ts';
import { type ConflictTerms, pairsIn } from '../model/task-pairs.ts';
import { type Counted, task } from './text.ts';

export interface PlanIndex {
  /** Those before a task, by why. */
  before(id: string): { because: Because; tasks: Some }[];
  exclusions(id: string): readonly Exclusion[];
  /** The conflict of a task that has made it wait. */
  conflict(id: string, because: Because): ConflictTerms | undefined;
  /** Who clashes with a task over the resource whatever else runs; two readers in one exclusion do not. */
  clashes(id: string, resource: string | undefined, most: number): Counted;
}

export function indexPlan({ edges, exclusions, conflicts }: Plan): PlanIndex {
  const edgesTo = byTask(edges, ({ tasks }) => pairsIn(tasks).seconds);
  const conflictsOf = byTask(conflicts, ({ tasks }) => new Set(tasks.flat()));
  const exclusionsOf = byTask(exclusions, ({ tasks }) => tasks);
  return {
    before: (id) =>
      (edgesTo.get(id) ?? []).map(({ because, tasks }) => {
        const pairs = pairsIn(tasks);
        return { because, tasks: { count: pairs.countBefore(id), ids: pairs.before(id) } };
      }),
    exclusions: (id) => exclusionsOf.get(id) ?? [],
    conflict: (id, because) =>
      conflictsOf.get(id)?.find(({ kind, witness, tasks }) => {
        return kind === because.kind && witness === because.witness && pairsIn(tasks).countBefore(id) > 0;
      }),
    clashes(id, resource, most) {
      const found = new Named();
      for (const { kind, resource: over, tasks } of conflictsOf.get(id) ?? []) {
        if (kind !== 'resource' || over !== resource) continue;
        const pairs = pairsIn(tasks);
        found.add({ count: pairs.degree(id), ids: pairs.partners(id) }, most);
      }
      return found;
    },
  };
}

/** Tasks that nobody has gone through yet, and how many they are. */
export interface Some {
  count: number;
  ids: Iterable<string>;
}

/** The first of them by name, and how many there are. */
export class Named implements Counted {
  count = 0;
  readonly names: ReturnType<typeof task>[] = [];

  add({ count, ids }: Some, most: number): void {
    this.count += count;
    // One that is over is named.
    for (const id of taken(ids, most + 1 - this.names.length)) this.names.push(task(id));
  }
}

/** As many of what comes one by one as are wanted: the others are never made. */
export function* taken<T>(all: Iterable<T>, most: number): Generator<T> {
  if (most <= 0) return;
  let count = 0;
  for (const one of all) {
    yield one;
    if (++count >= most) return;
  }
}

function byTask<T>(all: readonly T[], tasksOf: (one: T) => Iterable<string>): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) for (const id of tasksOf(one)) getOrAdd(found, id, () => []).push(one);
  return found;
}

export function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
