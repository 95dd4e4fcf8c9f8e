// The long lists of a plan as its maker keeps them: once for all pairs of tasks that differ in nothing but the tasks. The
// lists that everybody reads are made of that when somebody reads them.

import { Pairs } from './pairs.ts';
import type { Because, Conflict, Edge, Plan } from './plan.ts';

/** All that is to be said of a conflict but whose it is. */
export type ConflictTerms = Omit<Conflict, 'tasks'>;

/** By the tasks' numbers in the plan. */
export interface PlanPairs {
  conflicts: Pairs<ConflictTerms>;
  edges: Pairs<Because>;
}

const known = new WeakMap<Plan, PlanPairs>();

/** A plan whose `edges` and `conflicts` are made when they are first read. */
export function planOfPairs(plan: Omit<Plan, keyof PlanPairs>, pairs: PlanPairs): Plan {
  const { schemaVersion, strategy, phases, tasks, exclusions, notes } = plan;
  let edges: Plan['edges'] | undefined;
  let conflicts: Plan['conflicts'] | undefined;
  const made: Plan = {
    schemaVersion,
    strategy,
    phases,
    tasks,
    get edges() {
      edges ??= [...edgesOf(made)];
      return edges;
    },
    exclusions,
    get conflicts() {
      conflicts ??= [...conflictsOf(made)];
      return conflicts;
    },
    notes,
  };
  known.set(made, pairs);
  return made;
}

/** The pairs of any plan: of one that was read as JSON they are made of its lists. */
export function planPairs(plan: Plan): PlanPairs {
  const kept = known.get(plan);
  if (kept !== undefined) return kept;
  const index = new Map(plan.tasks.map(({ id }, at) => [id, at]));
  const at = (id: string): number => index.get(id) ?? -1;
  const pairs: PlanPairs = { conflicts: new Pairs(), edges: new Pairs() };
  for (const { tasks, ...terms } of plan.conflicts) pairs.conflicts.add(at(tasks[0]), at(tasks[1]), terms);
  for (const { from, to, because } of plan.edges) pairs.edges.add(at(from), at(to), because);
  known.set(plan, pairs);
  return pairs;
}

/** The conflicts one by one, for who need not have them all at once. */
export function* conflictsOf(plan: Plan): Generator<Conflict> {
  for (const [first, second, terms] of planPairs(plan).conflicts)
    yield conflictOf(plan, first, second, terms);
}

export function* edgesOf(plan: Plan): Generator<Edge> {
  for (const [from, to, because] of planPairs(plan).edges) {
    yield { from: idOf(plan, from), to: idOf(plan, to), because };
  }
}

/** Those of two tasks, whichever stands first. */
export function conflictsBetween(plan: Plan, a: string, b: string): Conflict[] {
  const [one, two] = [a, b].map((name) => plan.tasks.findIndex(({ id }) => id === name)) as [number, number];
  const found = planPairs(plan).conflicts.between(one, two);
  return found.map(({ first, second, label }) => conflictOf(plan, first, second, label));
}

function conflictOf(plan: Plan, first: number, second: number, terms: ConflictTerms): Conflict {
  return { tasks: [idOf(plan, first), idOf(plan, second)], ...terms };
}

const idOf = ({ tasks }: Plan, index: number): string => (tasks[index] as Plan['tasks'][number]).id;
