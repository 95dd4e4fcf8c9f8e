// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that. A group of thousands
// is looked at and never gone through.

import type { Because, ConflictGroup, Exclusion, Plan } from '../model/plan.ts';
import { type ConflictTerms, pairsIn, type TaskPairs } from '../model/task-pairs.ts';
import { type Counted, task } from './text.ts';

export interface PlanIndex {
  /** Those before a task, by why. */
  before(id: string): { because: Because; tasks: Slice }[];
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
      (edgesTo.get(id) ?? []).map(({ because, tasks }) => ({ because, tasks: firstsTo(tasks, id) })),
    exclusions: (id) => exclusionsOf.get(id) ?? [],
    conflict: (id, because) =>
      conflictsOf.get(id)?.find(({ kind, witness, tasks }) => {
        return kind === because.kind && witness === because.witness && firstsTo(tasks, id).count > 0;
      }),
    clashes(id, resource, most) {
      const found = new Named();
      const isOver = (group: ConflictGroup): boolean =>
        group.kind === 'resource' && group.resource === resource;
      for (const { tasks } of (conflictsOf.get(id) ?? []).filter(isOver)) {
        found.add(firstsTo(tasks, id), most);
        found.add(secondsTo(tasks, id), most);
      }
      return found;
    },
  };
}

/** Some tasks that nobody has gone through. */
export interface Slice {
  count: number;
  ids: Iterable<string>;
}

export const sliceOf = (ids: readonly string[]): Slice => ({ ids, count: ids.length });

/** Those that come first where this one is the second. */
const firstsTo = (tasks: TaskPairs, id: string): Slice => {
  const pairs = pairsIn(tasks);
  return { count: pairs.countBefore(id), ids: pairs.before(id) };
};

const secondsTo = (tasks: TaskPairs, id: string): Slice => {
  const pairs = pairsIn(tasks);
  return { count: pairs.degree(id) - pairs.countBefore(id), ids: pairs.after(id) };
};

/** The first of them by name, and how many there are. */
export class Named implements Counted {
  count = 0;
  readonly names: ReturnType<typeof task>[] = [];

  add({ count, ids }: Slice, most: number): void {
    this.count += count;
    for (const id of ids) {
      // One that is over is named.
      if (this.names.length > most) break;
      this.names.push(task(id));
    }
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
