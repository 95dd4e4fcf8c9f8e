// Resource hazards: never an order, only "not at the same time".

import type { ResourceUse, Task } from '../config/config.ts';
import type { Exclusion } from '../model/plan.ts';
import type { ConflictTerms } from '../model/task-pairs.ts';
import type { Reachability } from './graph.ts';
import type { Pairs } from './pairs.ts';

interface User {
  index: number;
  task: Task;
  use: ResourceUse;
}

function usersByName(tasks: readonly Task[]): Map<string, User[]> {
  const users = new Map<string, User[]>();
  for (const [index, task] of tasks.entries()) {
    for (const use of task.resources) {
      const known = users.get(use.name);
      if (known) known.push({ index, task, use });
      else users.set(use.name, [{ index, task, use }]);
    }
  }
  return new Map([...users].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const inWords = ({ mode, units }: ResourceUse): string => (mode === 'units' ? String(units) : mode);

/** Whether two tasks may never use the resource at once, whatever else runs. */
function collide(a: ResourceUse, b: ResourceUse, capacity: number | undefined): boolean {
  return capacity === undefined ? a.mode === 'write' || b.mode === 'write' : a.units + b.units > capacity;
}

/** Adds the pairs that collide to `conflicts`; what may not all run at once is returned. */
export function findResourceHazards(
  tasks: readonly Task[],
  capacities: ReadonlyMap<string, number>,
  reach: Reachability,
  conflicts: Pairs<ConflictTerms>,
): Exclusion[] {
  const exclusions: Exclusion[] = [];
  for (const [resource, users] of usersByName(tasks)) {
    const capacity = capacities.get(resource);
    const terms = termsFor(resource);
    const free = new Set<User>();
    const before = conflicts.size;
    for (const [at, a] of users.entries()) {
      for (let next = at + 1; next < users.length; next++) {
        const b = users[next] as User;
        if (reach.ordered(a.index, b.index)) continue;
        const clash = collide(a.use, b.use, capacity);
        if (clash || capacity !== undefined) free.add(a).add(b);
        if (clash) conflicts.add(a.index, b.index, terms(inWords(a.use), inWords(b.use)));
      }
    }
    // Three that each take one of two make no pair that clashes, and still cannot all run.
    const wanted = [...free].reduce((sum, { use }) => sum + use.units, 0);
    if (conflicts.size === before && !(capacity !== undefined && wanted > capacity)) continue;
    exclusions.push({
      tasks: [...free].sort((a, b) => a.index - b.index).map(({ task }) => task.id),
      ...(capacity === undefined ? {} : { capacity }),
      because: { kind: 'resource', resource },
    });
  }
  return exclusions;
}

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
