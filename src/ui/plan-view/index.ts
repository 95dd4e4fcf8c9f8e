// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that.

import type { Because, ConflictGroup, EdgeGroup, Exclusion, Plan } from '../../model/plan.ts';
import { type ConflictTerms, firstsTo, pairsIn, secondsTo } from '../../model/task-pairs.ts';

export interface PlanIndex {
  /** Why it waits, and for whom: of many that are waited for alike the first by name. */
  waitsOf(task: string): readonly (Some & { because: Because })[];
  exclusionsOf(task: string): readonly Exclusion[];
  /** What is said of the conflict of two tasks over files, of this kind. */
  conflictOf(a: string, b: string, kind: string): ConflictTerms | undefined;
  /** Who clashes with this task over the resource whatever else runs; two readers in one exclusion do not. */
  clashesOf(task: string, resource: string | undefined): Some;
}

/** Some tasks, of which the first are known by name. */
export interface Some {
  count: number;
  tasks: string[];
}

/** Those that are named of one group of many. */
const MOST_NAMED = 20;

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
    waitsOf: (task) =>
      (edges.get(task) ?? []).map(({ tasks, because }) => ({
        because,
        count: pairsIn(tasks).countBefore(task),
        tasks: firstOf(firstsTo(tasks, task), clashing + MOST_NAMED),
      })),
    exclusionsOf: (task) => exclusions.get(task) ?? [],
    conflictOf: (a, b, kind) =>
      conflicts.get(a)?.find((group) => {
        const pairs = pairsIn(group.tasks);
        return group.kind === kind && (pairs.has(a, b) || pairs.has(b, a));
      }),
    clashesOf: (task, resource) => {
      const found: Some = { count: 0, tasks: [] };
      for (const group of conflicts.get(task) ?? []) {
        if (group.kind !== 'resource' || group.resource !== resource) continue;
        found.count += pairsIn(group.tasks).degree(task);
        for (const others of [firstsTo(group.tasks, task), secondsTo(group.tasks, task)])
          found.tasks.push(...firstOf(others, clashing - found.tasks.length));
      }
      return found;
    },
  };
}

function firstOf<T>(all: Iterable<T>, most: number): T[] {
  const found: T[] = [];
  for (const one of all) {
    if (found.length >= most) break;
    found.push(one);
  }
  return found;
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
