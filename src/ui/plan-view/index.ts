// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that.

import type { ConflictGroup, EdgeGroup, Exclusion, Plan } from '../../model/plan.ts';
import { type ConflictTerms, type Edge, firstsTo, secondsTo } from '../../model/task-pairs.ts';

export interface PlanIndex {
  edgesTo(task: string): readonly Edge[];
  exclusionsOf(task: string): readonly Exclusion[];
  /** What is said of the conflict of two tasks over files, of this kind. */
  conflictOf(a: string, b: string, kind: string): ConflictTerms | undefined;
  /** Who clashes with this task over the resource whatever else runs; two readers in one exclusion do not. */
  clashesOf(task: string, resource: string | undefined): Clashes;
}

export interface Clashes {
  count: number;
  /** The first of them, as many as are wanted. */
  tasks: string[];
}

/** `clashing` tasks of each are wanted by name. */
export function indexPlan(plan: Plan, clashing: number): PlanIndex {
  const edges = new Map<string, EdgeGroup[]>();
  for (const group of plan.edges) {
    const [first = [], second = first.slice(1)] = group.tasks;
    for (const task of second) push(edges, task, group);
  }
  const exclusions = new Map<string, Exclusion[]>();
  for (const exclusion of plan.exclusions) {
    for (const task of exclusion.tasks) push(exclusions, task, exclusion);
  }
  const conflicts = new Map<string, Members[]>();
  for (const group of plan.conflicts) {
    const [first = [], second = first] = group.tasks;
    const members = { group, first: new Set(first), second: new Set(second) };
    for (const task of new Set([...first, ...second])) push(conflicts, task, members);
  }
  return {
    edgesTo: (task) =>
      (edges.get(task) ?? []).flatMap(({ tasks, because }) =>
        firstsTo(tasks, task).map((from) => ({ from, to: task, because })),
      ),
    exclusionsOf: (task) => exclusions.get(task) ?? [],
    conflictOf: (a, b, kind) =>
      conflicts
        .get(a)
        ?.find(
          ({ group, first, second }) =>
            group.kind === kind && ((first.has(a) && second.has(b)) || (first.has(b) && second.has(a))),
        )?.group,
    clashesOf: (task, resource) => {
      const found: Clashes = { count: 0, tasks: [] };
      for (const { group } of conflicts.get(task) ?? []) {
        if (group.kind !== 'resource' || group.resource !== resource) continue;
        for (const others of [firstsTo(group.tasks, task), secondsTo(group.tasks, task)]) {
          found.count += others.length;
          found.tasks.push(...others.slice(0, clashing - found.tasks.length));
        }
      }
      return found;
    },
  };
}

/** A group, and who is the first and who the second in its pairs. */
interface Members {
  group: ConflictGroup;
  first: ReadonlySet<string>;
  second: ReadonlySet<string>;
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
