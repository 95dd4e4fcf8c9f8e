// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that.

import type { ConflictGroup, EdgeGroup, Exclusion, Plan } from '../../model/plan.ts';
import { type ConflictTerms, type Edge, firstsTo, pairsIn, secondsTo } from '../../model/task-pairs.ts';

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
  for (const group of plan.edges) for (const task of pairsIn(group.tasks).seconds) push(edges, task, group);
  const exclusions = new Map<string, Exclusion[]>();
  for (const exclusion of plan.exclusions) {
    for (const task of exclusion.tasks) push(exclusions, task, exclusion);
  }
  const conflicts = new Map<string, ConflictGroup[]>();
  for (const group of plan.conflicts)
    for (const task of new Set(group.tasks.flat())) push(conflicts, task, group);
  return {
    edgesTo: (task) =>
      (edges.get(task) ?? []).flatMap(({ tasks, because }) =>
        Array.from(firstsTo(tasks, task), (from) => ({ from, to: task, because })),
      ),
    exclusionsOf: (task) => exclusions.get(task) ?? [],
    conflictOf: (a, b, kind) =>
      conflicts.get(a)?.find((group) => {
        const pairs = pairsIn(group.tasks);
        return group.kind === kind && (pairs.has(a, b) || pairs.has(b, a));
      }),
    clashesOf: (task, resource) => {
      const found: Clashes = { count: 0, tasks: [] };
      for (const group of conflicts.get(task) ?? []) {
        if (group.kind !== 'resource' || group.resource !== resource) continue;
        const others = [...firstsTo(group.tasks, task), ...secondsTo(group.tasks, task)];
        found.count += others.length;
        found.tasks.push(...others.slice(0, clashing - found.tasks.length));
      }
      return found;
    },
  };
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
