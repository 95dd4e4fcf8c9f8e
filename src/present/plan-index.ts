// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that. A group of thousands
// is looked at and never gone through.

import type { Because, ConflictGroup, Exclusion, Plan } from '../model/plan.ts';
import type { ConflictTerms, TaskPairs } from '../model/task-pairs.ts';
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
  const edgesTo = byTask(edges.map(placed), ({ tasks: [one = [], other = one.slice(1)] }) => other);
  const conflictsOf = byTask(conflicts.map(placed), ({ tasks }) => new Set(tasks.flat()));
  const exclusionsOf = byTask(exclusions, ({ tasks }) => tasks);
  return {
    before: (id) =>
      (edgesTo.get(id) ?? []).map(({ because, places }) => ({ because, tasks: places.before(id) })),
    exclusions: (id) => exclusionsOf.get(id) ?? [],
    conflict: (id, because) =>
      conflictsOf.get(id)?.find(({ kind, witness, places }) => {
        return kind === because.kind && witness === because.witness && places.isSecond(id);
      }),
    clashes(id, resource, most) {
      const found = new Named();
      const isOver = (group: ConflictGroup): boolean =>
        group.kind === 'resource' && group.resource === resource;
      for (const { places } of (conflictsOf.get(id) ?? []).filter(isOver)) {
        found.add(places.before(id), most);
        found.add(places.after(id), most);
      }
      return found;
    },
  };
}

/** A part of a list that nobody has copied. */
export interface Slice {
  ids: readonly string[];
  from: number;
  to: number;
}

export const sliceOf = (ids: readonly string[]): Slice => ({ ids, from: 0, to: ids.length });

/** The first of them by name, and how many there are. */
export class Named implements Counted {
  count = 0;
  readonly names: ReturnType<typeof task>[] = [];

  add({ ids, from, to }: Slice, most: number): void {
    this.count += to - from;
    // One that is over is named.
    const wanted = Math.max(0, most + 1 - this.names.length);
    this.names.push(...ids.slice(from, Math.min(to, from + wanted)).map(task));
  }
}

/** Where each task stands in the lists of a group. */
class Places {
  readonly #tasks: TaskPairs;
  readonly #places: readonly ReadonlyMap<string, number>[];

  constructor(tasks: TaskPairs) {
    this.#tasks = tasks;
    this.#places = tasks.map((ids) => new Map(ids.map((id, at) => [id, at])));
  }

  /** Those that come first where this one is the second. */
  before(id: string): Slice {
    const [first = [], second] = this.#tasks;
    const [own, other] = this.#places;
    if (second !== undefined) return sliceOf(other?.has(id) ? first : []);
    return { ids: first, from: 0, to: own?.get(id) ?? 0 };
  }

  after(id: string): Slice {
    const [first = [], second] = this.#tasks;
    const at = this.#places[0]?.get(id);
    if (at === undefined) return sliceOf([]);
    return second === undefined ? { ids: first, from: at + 1, to: first.length } : sliceOf(second);
  }

  isSecond(id: string): boolean {
    const { from, to } = this.before(id);
    return to > from;
  }
}

const placed = <T extends { tasks: TaskPairs }>(group: T): T & { places: Places } => ({
  ...group,
  places: new Places(group.tasks),
});

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
