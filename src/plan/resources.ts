// Resource hazards: never an order, only "not at the same time".

import type { ResourceUse, Task } from '../config/config.ts';
import type { Exclusion } from '../model/plan.ts';
import type { ConflictTerms } from '../model/task-pairs.ts';
import { addAll, type Bits, bitsOf, clearUpTo, emptyBits, setBit, takeSpan } from './bits.ts';
import type { Closure } from './graph.ts';
import type { PairSets } from './pair-sets.ts';

/** Those that use a resource in the same way. */
interface Users {
  use: ResourceUse;
  tasks: Bits;
}

/** By resource, in the order of names, its users by how they use it. */
function usersByName(tasks: readonly Task[]): Map<string, Map<string, Users>> {
  const found = new Map<string, Map<string, Users>>();
  for (const [index, task] of tasks.entries())
    for (const use of task.resources) {
      const users = found.get(use.name) ?? new Map<string, Users>();
      const same = users.get(inWords(use)) ?? { use, tasks: emptyBits(tasks.length) };
      setBit(same.tasks, index);
      found.set(use.name, users.set(inWords(use), same));
    }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const inWords = ({ mode, units }: ResourceUse): string => (mode === 'units' ? String(units) : mode);

/** Whether two tasks may never use the resource at once, whatever else runs. */
export function collide(a: ResourceUse, b: ResourceUse, capacity: number | undefined): boolean {
  return capacity === undefined ? a.mode === 'write' || b.mode === 'write' : a.units + b.units > capacity;
}

/**
 * Adds the pairs that collide to `conflicts`; what may not all run at once is returned.
 * @param closure of all that orders tasks; asked for when there are resources
 */
export function findResourceHazards(
  tasks: readonly Task[],
  capacities: ReadonlyMap<string, number>,
  closure: () => Closure,
  conflicts: PairSets<ConflictTerms>,
): Exclusion[] {
  const exclusions: Exclusion[] = [];
  for (const [resource, users] of usersByName(tasks)) {
    const capacity = capacities.get(resource);
    const terms = termsFor(resource);
    const { after, before } = closure();
    const all = emptyBits(tasks.length);
    for (const each of users.values()) addAll(all, each.tasks);
    // Those that nothing has put in order with some other.
    const free = emptyBits(tasks.length);
    const sizeBefore = conflicts.size;
    for (const low of bitsOf(all)) {
      const own = (tasks[low] as Task).resources.find(({ name }) => name === resource) as ResourceUse;
      for (const { use, tasks: others } of users.values()) {
        const clash = collide(own, use, capacity);
        if (!clash && capacity === undefined) continue;
        const highs = others.slice();
        clearUpTo(highs, low);
        for (const ordered of [after[low], before[low]]) if (ordered) takeSpan(highs, ordered);
        if (!highs.some(Boolean)) continue;
        setBit(free, low);
        addAll(free, highs);
        if (clash) conflicts.add(terms(inWords(own), inWords(use)), highs, 'second');
      }
      conflicts.endRow(low);
    }
    // Three that each take one of two make no pair that clashes, and still cannot all run.
    const sharing = Array.from(bitsOf(free), (at) => tasks[at] as Task);
    const wanted = sharing.reduce((sum, { resources }) => sum + unitsOf(resources, resource), 0);
    if (conflicts.size === sizeBefore && !(capacity !== undefined && wanted > capacity)) continue;
    exclusions.push({
      tasks: sharing.map(({ id }) => id),
      ...(capacity === undefined ? {} : { capacity }),
      because: { kind: 'resource', resource },
    });
  }
  return exclusions;
}

const unitsOf = (uses: readonly ResourceUse[], resource: string): number =>
  uses.find(({ name }) => name === resource)?.units ?? 0;

/** What is said of all pairs that use the resource in the same two ways, as one object. */
function termsFor(resource: string): (one: string, two: string) => ConflictTerms {
  const known = new Map<string, ConflictTerms>();
  return (one, two) => {
    const key = `${one} ${two}`;
    const terms = known.get(key) ?? {
      kind: 'resource',
      patterns: [one, two],
      files: { count: 0, sample: [] },
      resource,
      resolution: 'exclude',
      exact: true,
    };
    known.set(key, terms);
    return terms;
  };
}
