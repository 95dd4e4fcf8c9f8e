import type { Automaton } from './automaton.ts';
import { spend } from './effort.ts';
import { FALSE, type Formula, TRUE } from './formulas.ts';
import { LimitReached, MAX_FORMULAS, MAX_KEPT_FORMULAS, MAX_STATES, MAX_TRANSITIONS } from './limits.ts';

const UNKNOWN = -1;

/**
 * The deterministic automaton of a pattern, built only where it is walked: a state is a formula, its successor the
 * formula's derivative by a character class (Brzozowski, 1964). Shared by matching, which follows one path, and by
 * the search for a path that two patterns have in common.
 */
export class Dfa {
  static #made = 0;

  /** Nothing that follows can be accepted any more. */
  static readonly DEAD = 0;
  /** Everything that follows is accepted. */
  static readonly UNIVERSAL = 1;

  /** No other has it. */
  readonly id = ++Dfa.#made;
  readonly automaton: Automaton;
  readonly #mark: number;
  readonly #capacity: number;
  #formulas: Formula[] = [];
  #states = new Map<Formula, number>();
  #transitions: Int32Array[] = [];
  #accepting: boolean[] = [];
  #derivatives: Map<Formula, Formula>[] = [];
  #start: number = Dfa.DEAD;
  #fresh = true;
  #resets = 0;

  constructor(automaton: Automaton) {
    this.automaton = automaton;
    this.#mark = automaton.formulas.size;
    this.#capacity = Math.min(
      MAX_STATES,
      Math.max(64, Math.floor(MAX_TRANSITIONS / automaton.alphabet.size)),
    );
    this.reset();
  }

  get start(): number {
    return this.#start;
  }

  get size(): number {
    return this.#formulas.length;
  }

  /** Whether so much is remembered that a new walk had better begin afresh. */
  get crowded(): boolean {
    return this.size > this.#capacity / 2 || this.#grown > MAX_FORMULAS / 2;
  }

  /** Whether it is not worth its memory once a search is over. */
  get heavy(): boolean {
    return this.#grown > MAX_KEPT_FORMULAS;
  }

  /** State numbers mean the same for as long as this stays the same. */
  get resets(): number {
    return this.#resets;
  }

  /** Whether nothing has been walked since the last reset. */
  get fresh(): boolean {
    return this.#fresh;
  }

  get #grown(): number {
    return this.automaton.formulas.size - this.#mark;
  }

  /** Forgets all states: state numbers given out before mean nothing any more. */
  reset(): void {
    this.#resets++;
    this.automaton.formulas.rewind(this.#mark, MAX_FORMULAS);
    this.#formulas = [];
    this.#transitions = [];
    this.#accepting = [];
    this.#states = new Map();
    this.#derivatives = Array.from({ length: this.automaton.alphabet.size }, () => new Map());
    this.#state(FALSE);
    this.#state(TRUE);
    this.#start = this.#state(this.automaton.start);
    this.#fresh = true;
  }

  accepts(state: number): boolean {
    return this.#accepting[state] as boolean;
  }

  /** @throws LimitReached when the automaton has grown over its budget; `reset` makes room */
  next(state: number, charClass: number): number {
    const row = this.#transitions[state] as Int32Array;
    const known = row[charClass] as number;
    if (known !== UNKNOWN) return known;
    this.#fresh = false;
    const next = this.#state(this.#derivative(this.#formulas[state] as Formula, charClass));
    row[charClass] = next;
    return next;
  }

  /**
   * The state after a text, from the start.
   * @throws LimitReached as `next` does
   */
  after(text: string): number {
    const { alphabet } = this.automaton;
    let state = this.#start;
    for (let i = 0; i < text.length && state > Dfa.UNIVERSAL; i++)
      state = this.next(state, alphabet.classOf(text.charCodeAt(i)));
    return state;
  }

  /** Whether the whole input is in the language; linear in its length. */
  matches(input: string): boolean {
    try {
      if (this.crowded) this.reset();
      return this.accepts(this.after(input));
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      this.reset();
      return this.automaton.accepts(input);
    }
  }

  #derivative(formula: Formula, charClass: number): Formula {
    const { formulas, variables, alphabet } = this.automaton;
    const replace = (index: number): Formula => {
      const variable = variables[index];
      return variable?.kind === 'step' && alphabet.has(variable.set, charClass) ? variable.next : FALSE;
    };
    return formulas.substitute(formula, replace, this.#derivatives[charClass] as Map<Formula, Formula>);
  }

  #state(formula: Formula): number {
    const known = this.#states.get(formula);
    if (known !== undefined) return known;
    if (this.size >= this.#capacity) throw new LimitReached();
    spend(1 + this.automaton.alphabet.size / 8);
    const { formulas, variables, alphabet } = this.automaton;
    const state = this.#formulas.push(formula) - 1;
    this.#states.set(formula, state);
    // DEAD and UNIVERSAL stay where they are.
    this.#transitions.push(new Int32Array(alphabet.size).fill(state <= Dfa.UNIVERSAL ? state : UNKNOWN));
    this.#accepting.push(formulas.holds(formula, (variable) => variables[variable]?.kind === 'end'));
    return state;
  }
}
