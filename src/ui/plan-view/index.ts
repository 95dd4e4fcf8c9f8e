// A plan, asked by task: what it waits for, what it may not run beside, and the conflict behind that.

import type { Conflict, Edge, Exclusion, Plan } from '../../model/plan.ts';

export interface PlanIndex {
  edgesTo(task: string): readonly Edge[];
  exclusionsOf(task: string): readonly Exclusion[];
  /** The conflict of two tasks over files, of this kind. */
  conflictOf(a: string, b: string, kind: string): Conflict | undefined;
  /** The tasks that clash with this one over the resource whatever else runs; two readers in one exclusion do not. */
  clashesOf(task: string, resource: string | undefined): readonly string[];
  /** True where the plan has `a` end before `b` begins, directly. */
  ordered(a: string, b: string): boolean;
}

export function indexPlan(plan: Plan): PlanIndex {
  const edges = new Map<string, Edge[]>();
  const pairs = new Set<string>();
  for (const edge of plan.edges) {
    push(edges, edge.to, edge);
    pairs.add(`${edge.from}\0${edge.to}`);
  }
  const exclusions = new Map<string, Exclusion[]>();
  for (const exclusion of plan.exclusions) {
    for (const task of exclusion.tasks) push(exclusions, task, exclusion);
  }
  const key = (a: string, b: string, kind: string) => [...(a < b ? [a, b] : [b, a]), kind].join('\0');
  const conflicts = new Map<string, Conflict>();
  const clashes = new Map<string, string[]>();
  for (const conflict of plan.conflicts) {
    const { kind, resource, tasks } = conflict;
    const [a, b] = tasks;
    if (kind !== 'resource') {
      conflicts.set(key(a, b, kind), conflict);
      continue;
    }
    push(clashes, `${a}\0${resource}`, b);
    push(clashes, `${b}\0${resource}`, a);
  }
  return {
    edgesTo: (task) => edges.get(task) ?? [],
    exclusionsOf: (task) => exclusions.get(task) ?? [],
    conflictOf: (a, b, kind) => conflicts.get(key(a, b, kind)),
    clashesOf: (task, resource) => clashes.get(`${task}\0${resource}`) ?? [],
    ordered: (a, b) => pairs.has(`${a}\0${b}`),
  };
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
