// Resource hazards: never an order, only "not at the same time".

import type { ResourceUse, Task } from '../config/config.ts';
import type { Conflict, Exclusion } from '../model/plan.ts';
import type { Reachability } from './graph.ts';

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

export interface ResourceHazards {
  conflicts: Conflict[];
  exclusions: Exclusion[];
}

export function findResourceHazards(
  tasks: readonly Task[],
  capacities: ReadonlyMap<string, number>,
  reach: Reachability,
): ResourceHazards {
  const found: ResourceHazards = { conflicts: [], exclusions: [] };
  for (const [resource, users] of usersByName(tasks)) {
    const capacity = capacities.get(resource);
    const free = new Set<User>();
    let pairs = 0;
    for (const [at, a] of users.entries()) {
      for (let next = at + 1; next < users.length; next++) {
        const b = users[next] as User;
        if (reach.ordered(a.index, b.index)) continue;
        const clash = collide(a.use, b.use, capacity);
        if (clash || capacity !== undefined) free.add(a).add(b);
        if (!clash) continue;
        pairs++;
        found.conflicts.push({
          tasks: [a.task.id, b.task.id],
          kind: 'resource',
          patterns: [inWords(a.use), inWords(b.use)],
          files: { count: 0, sample: [] },
          resource,
          resolution: 'exclude',
          exact: true,
        });
      }
    }
    // Three that each take one of two make no pair that clashes, and still cannot all run.
    const wanted = [...free].reduce((sum, { use }) => sum + use.units, 0);
    if (pairs === 0 && !(capacity !== undefined && wanted > capacity)) continue;
    found.exclusions.push({
      tasks: [...free].sort((a, b) => a.index - b.index).map(({ task }) => task.id),
      ...(capacity === undefined ? {} : { capacity }),
      because: { kind: 'resource', resource },
    });
  }
  return found;
}
