// Which tasks of a plan can run beside which: every pair of a small plan, and of a large one those that matter, counted
// where they are many. Pure; never goes through all pairs of many tasks.

import type { Plan } from '../model/plan.ts';
import { numberedConflicts, numberedEdges } from '../model/task-pairs.ts';
import { plural } from './format.ts';
import { taken } from './plan-index.ts';
import { outcomeOf, reasonOf, runsFirst } from './plan-sentences.ts';
import { code, say, type Text } from './text.ts';

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
  why: Text[];
}

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
    found.add(from, to, 'no', (first, then) => say`${runsFirst(first)}: ${reasonOf(first, then, because)}`);
  for (const [a, b, conflict] of taken(numberedConflicts(plan), most)) {
    const { resolution } = conflict;
    // It is the reason of an order that has been told.
    if (resolution === 'order' && found.has(a, b)) continue;
    const verdict = resolution === 'isolate' || resolution === 'allow' ? 'maybe' : 'no';
    const why = (...both: Pair['tasks']): Text =>
      say`${reasonOf(...both, conflict)}: ${outcomeOf(conflict, both)}`;
    found.add(a, b, verdict, why);
  }
  if (isSmall) {
    addUnits(plan, found);
    addChains(plan, found);
  }
  const { size, no } = found;
  return {
    ...{ tasks, pairs },
    told: found.first(MOST_TOLD),
    counts: isSmall ? { yes: pairs - size, maybe: size - no, no } : undefined,
    independent: independentOf(plan),
  };
}

interface Finding {
  verdict: Exclude<Verdict, 'yes'>;
  /** Of which most are never told. */
  why: (() => Text)[];
}

/** What is known of pairs, by the numbers of their tasks. */
class Findings {
  readonly #tasks: readonly string[];
  readonly #pairs = new Map<number, Finding>();

  constructor(tasks: readonly string[]) {
    this.#tasks = tasks;
  }

  has(a: number, b: number): boolean {
    return this.#pairs.has(this.#key(a, b));
  }

  get size(): number {
    return this.#pairs.size;
  }

  /** How many are not to run at once. */
  get no(): number {
    let count = 0;
    for (const { verdict } of this.#pairs.values()) if (verdict === 'no') count += 1;
    return count;
  }

  /** The worst verdict counts, and all that is to be said is kept. */
  add(a: number, b: number, verdict: Finding['verdict'], why: (one: string, other: string) => Text): void {
    const key = this.#key(a, b);
    const finding = this.#pairs.get(key) ?? { verdict, why: [] };
    this.#pairs.set(key, finding);
    if (verdict === 'no') finding.verdict = 'no';
    finding.why.push(() => why(this.#name(a), this.#name(b)));
  }

  /** By declaration; what is to be said of each is said once. */
  first(most: number): Pair[] {
    const keys = [...this.#pairs.keys()].sort((a, b) => a - b).slice(0, most);
    return keys.map((key): Pair => {
      const { verdict, why } = this.#pairs.get(key) as Finding;
      const size = this.#tasks.length;
      const texts = new Map(why.map((say) => say()).map((text) => [JSON.stringify(text), text]));
      return {
        tasks: [this.#name(Math.floor(key / size)), this.#name(key % size)],
        verdict,
        why: [...texts.values()],
      };
    });
  }

  #name(at: number): string {
    return this.#tasks[at] ?? '';
  }

  #key(a: number, b: number): number {
    return Math.min(a, b) * this.#tasks.length + Math.max(a, b);
  }
}

/** Pairs that fit beside each other into a counted resource, though not all of its users do. */
function addUnits({ tasks, exclusions }: Plan, found: Findings): void {
  const index = new Map(tasks.map(({ id }, at) => [id, at]));
  for (const { tasks: ids, capacity, because } of exclusions) {
    if (capacity === undefined) continue;
    const text = say`both use ${code(because.resource ?? '')}, which has ${plural(capacity, 'unit')}`;
    const users = ids.map((id) => index.get(id) as number);
    for (const [at, a] of users.entries())
      for (const b of users.slice(at + 1)) if (!found.has(a, b)) found.add(a, b, 'maybe', () => text);
  }
}

/** Pairs that others between them put in order. */
function addChains(plan: Plan, found: Findings): void {
  const before = plan.tasks.map(() => new Set<number>());
  const direct = plan.tasks.map((): number[] => []);
  for (const [from, to] of numberedEdges(plan)) direct[to]?.push(from);
  // A task stands in a later phase than all that it waits for.
  const order = [...plan.tasks.entries()].sort(([, a], [, b]) => a.phase - b.phase);
  for (const [to] of order) {
    for (const from of direct[to] ?? [])
      for (const each of [from, ...(before[from] ?? [])]) before[to]?.add(each);
    for (const from of before[to] ?? [])
      if (!found.has(from, to))
        found.add(from, to, 'no', (first) => say`${runsFirst(first)}: tasks between them depend on it`);
  }
}

function independentOf(plan: Plan): string[] {
  const shared = new Set(plan.exclusions.flatMap(({ tasks }) => tasks));
  for (const { tasks } of [...plan.edges, ...plan.conflicts]) for (const id of tasks.flat()) shared.add(id);
  return plan.tasks.filter(({ id }) => !shared.has(id)).map(({ id }) => id);
}
