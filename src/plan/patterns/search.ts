import { Dfa } from './dfa.ts';
import { LimitReached } from './limits.ts';
import { costOf, PLAIN_CHARACTERS } from './naturalness.ts';
import { nextPathState, PATH_BOUNDARIES, PathState } from './normalised.ts';

/** A language that the path must be in, or (an exclude) must not be in. */
export interface Component {
  dfa: Dfa;
  wanted: boolean;
}

/** States that one question may still visit; shared by all searches of the question. */
export interface Budget {
  states: number;
}

/** What filling up an automaton costs of the budget, so that a list of hostile patterns does it a few times only. */
const COST_OF_OVERFLOW = 10_000;

/** `nothing`: no such path exists, or none that costs less than asked. `gaveUp`: the budget is spent. */
export type Found = { path: string; cost: number } | 'nothing' | 'gaveUp';

/**
 * The plainest normalised path that all components agree on: Dijkstra's algorithm over the product of the components'
 * automata and the automaton of normalised paths, which is explored only as far as it is visited.
 */
export function findPath(components: readonly Component[], budget: Budget, below = Infinity): Found {
  for (const { dfa } of components) if (dfa.crowded) dfa.reset();
  // What earlier walks left in the automata must not decide the answer: where it does, start afresh.
  for (let clean = false; ; clean = true) {
    clean ||= components.every(({ dfa }) => dfa.fresh);
    try {
      return new Search(components, budget, below).run();
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
    }
    if (clean) break;
    for (const { dfa } of components) dfa.reset();
  }
  budget.states -= COST_OF_OVERFLOW;
  return 'gaveUp';
}

/** A character that stands for all that no component tells from it. */
interface Letter {
  unit: number;
  classes: number[];
}

/** The common refinement of the components' alphabets, each class named by its plainest character. */
function letters(components: readonly Component[]): Letter[] {
  const units = new Set(PLAIN_CHARACTERS);
  for (const unit of PATH_BOUNDARIES) units.add(unit);
  for (const { dfa } of components) for (const unit of dfa.automaton.alphabet.starts) units.add(unit);
  const known = new Map<string, Letter>();
  for (const unit of units) {
    const classes = components.map(({ dfa }) => dfa.automaton.alphabet.classOf(unit));
    const key = `${unit === 0} ${unit === 46} ${unit === 47} ${classes}`;
    if (!known.has(key)) known.set(key, { unit, classes });
  }
  return [...known.values()];
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
  readonly #cheapest = new Map<string, number>();

  constructor(components: readonly Component[], budget: Budget, below: number) {
    this.#components = components;
    this.#letters = letters(components);
    this.#budget = budget;
    this.#below = below;
  }

  run(): Found {
    const states = this.#components.map(({ dfa }) => dfa.start);
    this.#enqueue({ states, pathState: PathState.SEGMENT, parent: undefined, unit: 0, cost: 0 });
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

const key = ({ states, pathState }: Visit): string => String.fromCharCode(pathState, ...states);

function spell(visit: Visit): string {
  const units: string[] = [];
  for (let at: Visit = visit; at.parent !== undefined; at = at.parent)
    units.push(String.fromCharCode(at.unit));
  return units.reverse().join('');
}
