// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that.

import { type Pairs, pairsOf } from '../../model/pairs.ts';
import type { Edge, Exclusion, Plan } from '../../model/plan.ts';
import { type ConflictTerms, planPairs } from '../../model/plan-pairs.ts';

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
  tasks: readonly string[];
}

/** `clashing` tasks of each are wanted by name. */
export function indexPlan(plan: Plan, clashing: number): PlanIndex {
  const edges = new Map<string, Edge[]>();
  for (const edge of plan.edges) push(edges, edge.to, edge);
  const exclusions = new Map<string, Exclusion[]>();
  for (const exclusion of plan.exclusions) {
    for (const task of exclusion.tasks) push(exclusions, task, exclusion);
  }
  const { conflicts } = planPairs(plan);
  const number = new Map(plan.tasks.map(({ id }, at) => [id, at]));
  const numberOf = (task: string): number => number.get(task) ?? -1;
  let clashes: ReadonlyMap<string, ReadonlyMap<number, Clashing>> | undefined;
  return {
    edgesTo: (task) => edges.get(task) ?? [],
    exclusionsOf: (task) => exclusions.get(task) ?? [],
    conflictOf: (a, b, kind) =>
      conflicts.between(numberOf(a), numberOf(b)).find(({ label }) => label.kind === kind)?.label,
    clashesOf: (task, resource) => {
      clashes ??= clashesOf(conflicts, clashing);
      const { count, first } = clashes.get(resource ?? '')?.get(numberOf(task)) ?? { count: 0, first: [] };
      return { count, tasks: first.map((other) => plan.tasks[other]?.id ?? '') };
    },
  };
}

interface Clashing {
  count: number;
  first: number[];
}

/** By the name of a resource and the number of a task. */
function clashesOf(
  conflicts: Pairs<ConflictTerms>,
  wanted: number,
): ReadonlyMap<string, ReadonlyMap<number, Clashing>> {
  const found = new Map<string, Map<number, Clashing>>();
  for (const run of conflicts.runs) {
    if (run.label.kind !== 'resource') continue;
    const { resource = '' } = run.label;
    const tasks = found.get(resource) ?? new Map<number, Clashing>();
    found.set(resource, tasks);
    const note = (task: number, other: number): void => {
      const known = tasks.get(task);
      if (known === undefined) tasks.set(task, { count: 1, first: [other] });
      else {
        known.count++;
        if (known.first.length < wanted) known.first.push(other);
      }
    };
    for (const [first, second] of pairsOf(run)) {
      note(first, second);
      note(second, first);
    }
  }
  return found;
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
