import { Dfa } from './dfa.ts';
import { spend } from './effort.ts';
import { LimitReached } from './limits.ts';
import { DOT, nextPathState, PathState, SLASH } from './normalised.ts';
import { costOf, PLAIN_CHARACTERS } from './path-cost.ts';

/** A language that the path must be in, or (an exclude) must not be in. */
export interface Component {
  dfa: Dfa;
  /** What it is given before the path that is looked for: the folder that this is below. */
  before: string;
  wanted: boolean;
}

/** States that one question may still visit; shared by all searches of the question. */
export interface Budget {
  states: number;
}

/** What filling up an automaton costs of the budget, so that a list of hostile patterns does it a few times only. */
const COST_OF_OVERFLOW = 10_000;

export interface FoundPath {
  path: string;
  cost: number;
}

/** `nothing`: no such path exists, or none that costs less than asked. `gaveUp`: the budget is spent. */
export type Found = FoundPath | 'nothing' | 'gaveUp';

/**
 * The plainest normalised path that all components agree on, without what they are given before it: Dijkstra's algorithm
 * over the product of the components' automata and the automaton of normalised paths, which is explored only as far as it
 * is visited.
 */
export function findPath(components: readonly Component[], budget: Budget, below = Infinity): Found {
  const dfas = components.map(({ dfa }) => dfa);
  for (const dfa of dfas) if (dfa.crowded) dfa.reset();
  let found = attempt(components, budget, below);
  // What earlier walks left in the automata must not decide the answer: where it does, start afresh.
  if (found === 'overflow') {
    for (const dfa of dfas) dfa.reset();
    found = attempt(components, budget, below);
  }
  for (const dfa of dfas) if (dfa.heavy) dfa.reset();
  return found === 'overflow' ? 'gaveUp' : found;
}

function attempt(components: readonly Component[], budget: Budget, below: number): Found | 'overflow' {
  const fresh = components.every(({ dfa }) => dfa.fresh);
  const { states } = budget;
  try {
    return new Search(components, budget, below).run();
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    budget.states = fresh ? budget.states - COST_OF_OVERFLOW : states;
    return fresh ? 'gaveUp' : 'overflow';
  }
}

/** A character that stands for all that no component tells from it. */
interface Letter {
  unit: number;
  classes: number[];
}

/** Numbers of groups stay whole below this, whatever an alphabet multiplies them with. */
const MANY_GROUPS = 2 ** 32;

/** The common refinement of the components' alphabets, each class named by its plainest character. */
function letters(components: readonly Component[]): Letter[] {
  const alphabets = components.map(({ dfa }) => dfa.automaton.alphabet);
  const units = [...PLAIN_CHARACTERS];
  for (const { starts } of alphabets) for (const start of starts) if (start !== 0) units.push(start);
  units.push(1);
  spend((units.length * alphabets.length) / 8);
  const groups = units.map((unit): number => (unit === DOT ? 1 : unit === SLASH ? 2 : 0));
  let size = 3;
  for (const alphabet of alphabets) {
    if (size > MANY_GROUPS) size = renumber(groups);
    size *= alphabet.size;
    for (let i = 0; i < units.length; i++)
      groups[i] = (groups[i] as number) * alphabet.size + alphabet.classOf(units[i] as number);
  }
  const seen = new Set<number>();
  const found: Letter[] = [];
  for (let i = 0; i < units.length; i++) {
    if (seen.has(groups[i] as number)) continue;
    seen.add(groups[i] as number);
    const unit = units[i] as number;
    found.push({ unit, classes: alphabets.map((alphabet) => alphabet.classOf(unit)) });
  }
  return found;
}

/** Gives the groups small numbers, and says how many there are. */
function renumber(groups: number[]): number {
  const numbers = new Map<number, number>();
  for (const [i, group] of groups.entries()) {
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    groups[i] = number;
  }
  return numbers.size;
}

interface Visit {
  /** One state per component. */
  states: number[];
  pathState: number;
  parent: Visit | undefined;
  unit: number;
  cost: number;
}

class Search {
  readonly #components: readonly Component[];
  readonly #letters: Letter[];
  readonly #budget: Budget;
  readonly #below: number;
  /** Visits to make, by cost: costs are small integers, so a list per cost is the priority queue (Dial, 1969). */
  readonly #queue: Visit[][] = [];
  readonly #cheapest = new Map<number | string, number>();

  constructor(components: readonly Component[], budget: Budget, below: number) {
    this.#components = components;
    this.#letters = letters(components);
    this.#budget = budget;
    this.#below = below;
  }

  run(): Found {
    const states = this.#components.map(({ dfa, before }) => dfa.after(before));
    const pathState = this.#components[0]?.before ? PathState.INSIDE : PathState.SEGMENT;
    this.#enqueue({ states, pathState, parent: undefined, unit: 0, cost: 0 });
    for (let cost = 0; cost < this.#queue.length && cost < this.#below; cost++) {
      for (const visit of this.#queue[cost] ?? []) {
        if ((this.#cheapest.get(key(visit)) as number) < cost) continue;
        if (this.#accepts(visit)) return { path: spell(visit), cost };
        if (this.#budget.states-- <= 0) return 'gaveUp';
        this.#expand(visit);
      }
      delete this.#queue[cost];
    }
    return 'nothing';
  }

  #accepts({ states, pathState }: Visit): boolean {
    if (pathState !== PathState.INSIDE) return false;
    return this.#components.every(({ dfa, wanted }, i) => dfa.accepts(states[i] as number) === wanted);
  }

  #expand(visit: Visit): void {
    spend((this.#letters.length * (1 + this.#components.length)) / 4);
    for (const { unit, classes } of this.#letters) {
      const pathState = nextPathState(visit.pathState, unit);
      if (pathState === PathState.INVALID) continue;
      const states = this.#step(visit.states, classes);
      if (states === undefined) continue;
      this.#enqueue({
        states,
        pathState,
        parent: visit,
        unit,
        cost: visit.cost + costOf(unit, visit.pathState),
      });
    }
  }

  /** The next states, or undefined where some component can never be satisfied any more. */
  #step(states: number[], classes: number[]): number[] | undefined {
    const next: number[] = [];
    for (let i = 0; i < states.length; i++) {
      const { dfa, wanted } = this.#components[i] as Component;
      const state = dfa.next(states[i] as number, classes[i] as number);
      if (state === (wanted ? Dfa.DEAD : Dfa.UNIVERSAL)) return undefined;
      next.push(state);
    }
    return next;
  }

  #enqueue(visit: Visit): void {
    const name = key(visit);
    if (visit.cost >= (this.#cheapest.get(name) ?? Infinity)) return;
    this.#cheapest.set(name, visit.cost);
    const bucket = this.#queue[visit.cost];
    if (bucket === undefined) this.#queue[visit.cost] = [visit];
    else bucket.push(visit);
  }
}

/** A state is below 2^15 and takes one UTF-16 unit; three of them fit one number. */
function key({ states, pathState }: Visit): number | string {
  if (states.length > 3) return String.fromCharCode(pathState, ...states);
  let number = 0;
  for (const state of states) number = number * 0x8000 + state;
  return number * 8 + pathState;
}

function spell(visit: Visit): string {
  const units: string[] = [];
  for (let at: Visit = visit; at.parent !== undefined; at = at.parent)
    units.push(String.fromCharCode(at.unit));
  return units.reverse().join('');
}
