// What a plan says about tasks running side by side: every pair of a small plan, and of a large one those that matter,
// counted where they are many. Pure; never goes through all pairs of many tasks.

import type { Because, Plan } from '../model/plan.ts';
import { type ConflictTerms, numberedConflicts, numberedEdges } from '../model/task-pairs.ts';

/**
 * Whether two tasks can run at the same time. no: one comes before the other, or they may never run at once. maybe: they
 * do run at once and have something in common: each works in its own worktree, or it is allowed, or a reader may see the
 * state from before, or there are units for both. yes: nothing is in the way.
 */
export type Verdict = 'yes' | 'maybe' | 'no';

export interface Pair {
  /** By declaration. */
  tasks: [string, string];
  verdict: Verdict;
  /** Clauses. */
  why: Why[];
}

export type Why =
  | { kind: 'before'; first: string; because: Because }
  /** Ordered by others between them. */
  | { kind: 'chain'; first: string }
  /** The writer first. */
  | { kind: 'conflict'; tasks: [string, string]; conflict: ConflictTerms }
  | { kind: 'units'; resource: string; capacity: number };

export interface Analysis {
  tasks: string[];
  /** Of all tasks. */
  pairs: number;
  /** Those that are not `yes`, by declaration, as many as are told. */
  told: Pair[];
  /** How many pairs there are of each verdict; undefined where they are too many to go through. */
  counts: Record<Verdict, number> | undefined;
  /** Tasks that have nothing to do with any other. */
  independent: string[];
}

/** Tasks whose pairs are looked at one by one. */
const MOST_TASKS = 250;
/** Pairs that are told. */
const MOST_TOLD = 100;
/** Of a plan of many tasks: the edges and conflicts that are looked at. */
const MOST_LOOKED_AT = 1_000;

export function analyse(plan: Plan): Analysis {
  const tasks = plan.tasks.map(({ id }) => id);
  const isSmall = tasks.length <= MOST_TASKS;
  const pairs = (tasks.length * (tasks.length - 1)) / 2;
  const found = new Findings(tasks);
  const most = isSmall ? Infinity : MOST_LOOKED_AT;
  for (const [from, to, because] of taken(numberedEdges(plan), most))
    found.add(from, to, 'no', { kind: 'before', first: tasks[from] ?? '', because });
  for (const [first, second, conflict] of taken(numberedConflicts(plan), most)) {
    const { resolution } = conflict;
    const verdict = resolution === 'isolate' || resolution === 'allow' ? 'maybe' : 'no';
    const both: [string, string] = [tasks[first] ?? '', tasks[second] ?? ''];
    found.add(first, second, verdict, { kind: 'conflict', tasks: both, conflict });
  }
  if (isSmall) {
    addUnits(plan, found);
    addChains(plan, found);
  }
  const all = found.sorted();
  return {
    tasks,
    pairs,
    told: all.slice(0, MOST_TOLD),
    counts: isSmall ? countsOf(all, pairs) : undefined,
    independent: independentOf(plan),
  };
}

/** As many of what comes one by one as are wanted: the others are never made. */
export function* taken<T>(all: Iterable<T>, most: number): Generator<T> {
  let count = 0;
  for (const one of all) {
    if (count++ === most) return;
    yield one;
  }
}

/** What is known of pairs, by the numbers of their tasks. */
class Findings {
  readonly tasks: readonly string[];
  readonly #pairs = new Map<number, Pair>();

  constructor(tasks: readonly string[]) {
    this.tasks = tasks;
  }

  has(a: number, b: number): boolean {
    return this.#pairs.has(this.#key(a, b));
  }

  /** The worst verdict counts, and all that is to be said is kept. */
  add(a: number, b: number, verdict: Exclude<Verdict, 'yes'>, why: Why): void {
    const [low, high] = a < b ? [a, b] : [b, a];
    const key = this.#key(a, b);
    const known = this.#pairs.get(key);
    const both: [string, string] = [this.tasks[low] ?? '', this.tasks[high] ?? ''];
    if (known === undefined) this.#pairs.set(key, { tasks: both, verdict, why: [why] });
    else {
      known.why.push(why);
      if (verdict === 'no') known.verdict = 'no';
    }
  }

  sorted(): Pair[] {
    return [...this.#pairs].sort(([a], [b]) => a - b).map(([, pair]) => pair);
  }

  #key(a: number, b: number): number {
    return Math.min(a, b) * this.tasks.length + Math.max(a, b);
  }
}

/** Pairs that fit beside each other into a counted resource, though not all of its users do. */
function addUnits({ exclusions }: Plan, found: Findings): void {
  const index = new Map(found.tasks.map((id, at) => [id, at]));
  for (const { tasks, capacity, because } of exclusions) {
    if (capacity === undefined) continue;
    const users = tasks.map((id) => index.get(id) as number);
    for (const [at, a] of users.entries())
      for (const b of users.slice(at + 1))
        if (!found.has(a, b))
          found.add(a, b, 'maybe', { kind: 'units', resource: because.resource ?? '', capacity });
  }
}

/** Pairs that others between them put in order. */
function addChains(plan: Plan, found: Findings): void {
  const index = new Map(found.tasks.map((id, at) => [id, at]));
  const before = new Map<number, Set<number>>();
  const direct = new Map<number, number[]>();
  for (const [from, to] of numberedEdges(plan)) {
    const known = direct.get(to);
    if (known) known.push(from);
    else direct.set(to, [from]);
  }
  // A task stands in a later phase than all that it waits for.
  for (const id of plan.phases.flatMap(({ tasks }) => tasks)) {
    const to = index.get(id) as number;
    const all = new Set<number>();
    for (const from of direct.get(to) ?? []) {
      all.add(from);
      for (const earlier of before.get(from) ?? []) all.add(earlier);
    }
    before.set(to, all);
    for (const from of all)
      if (!found.has(from, to)) found.add(from, to, 'no', { kind: 'chain', first: found.tasks[from] ?? '' });
  }
}

function countsOf(told: readonly Pair[], pairs: number): Record<Verdict, number> {
  const no = told.filter(({ verdict }) => verdict === 'no').length;
  return { yes: pairs - told.length, maybe: told.length - no, no };
}

function independentOf(plan: Plan): string[] {
  const shared = new Set(plan.exclusions.flatMap(({ tasks }) => tasks));
  for (const { tasks } of [...plan.edges, ...plan.conflicts]) for (const id of tasks.flat()) shared.add(id);
  return plan.tasks.filter(({ id }) => !shared.has(id)).map(({ id }) => id);
}
