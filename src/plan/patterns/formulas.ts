import { spend } from './effort.ts';
import { LimitReached, MAX_DEPTH, MAX_OPERATIONS } from './limits.ts';

/** A Boolean function of numbered variables; equal functions are equal numbers. */
export type Formula = number;

export const FALSE: Formula = 0;
export const TRUE: Formula = 1;
/** Formulas are numbered below this, so that three of them fit one exact key. */
const BASE = 0x20000;
const NO_VARIABLE = 0x1ffff;

/**
 * Boolean formulas as reduced ordered binary decision diagrams (Bryant, 1986). They give an alternating automaton's
 * states a canonical form, so that the states that derivatives reach are finitely many and "never" is FALSE.
 * Unaware of what the variables stand for.
 */
export class Formulas {
  readonly #variable: number[] = [NO_VARIABLE, NO_VARIABLE];
  readonly #high: Formula[] = [FALSE, TRUE];
  readonly #low: Formula[] = [FALSE, TRUE];
  readonly #unique = new Map<number, Formula>();
  readonly #choices = new Map<number, Formula>();
  #nodes: number;
  #operations = MAX_OPERATIONS;

  /** @param nodes how many nodes may be made before LimitReached is thrown */
  constructor(nodes: number) {
    this.#nodes = nodes;
  }

  get size(): number {
    return this.#variable.length;
  }

  /** Forgets what was made after the mark and grants `nodes` more, with a fresh budget of operations. */
  rewind(mark: number, nodes: number): void {
    for (let node = mark; node < this.size; node++) this.#unique.delete(this.#key(node));
    for (const list of [this.#variable, this.#high, this.#low]) list.length = Math.min(list.length, mark);
    this.#choices.clear();
    this.#nodes = mark + nodes;
    this.#operations = MAX_OPERATIONS;
  }

  variable(index: number): Formula {
    return this.#node(index, TRUE, FALSE);
  }

  and(a: Formula, b: Formula): Formula {
    return this.choose(a, b, FALSE);
  }

  or(a: Formula, b: Formula): Formula {
    return this.choose(a, TRUE, b);
  }

  not(a: Formula): Formula {
    return this.choose(a, FALSE, TRUE);
  }

  /** If `test` then `yes`, else `no`. */
  choose(test: Formula, yes: Formula, no: Formula, depth = 0): Formula {
    if (test === TRUE || yes === no) return yes;
    if (test === FALSE) return no;
    if (yes === TRUE && no === FALSE) return test;
    const key = (test * BASE + yes) * BASE + no;
    const known = this.#choices.get(key);
    if (known !== undefined) return known;
    if (--this.#operations < 0 || depth > MAX_DEPTH) throw new LimitReached();
    spend(1);
    const top = Math.min(this.#top(test), this.#top(yes), this.#top(no));
    const high = this.choose(
      this.#when(test, top, true),
      this.#when(yes, top, true),
      this.#when(no, top, true),
      depth + 1,
    );
    const low = this.choose(
      this.#when(test, top, false),
      this.#when(yes, top, false),
      this.#when(no, top, false),
      depth + 1,
    );
    const result = this.#node(top, high, low);
    this.#choices.set(key, result);
    return result;
  }

  /** Replaces every variable by a formula; `memo` belongs to one `replace` and keeps it linear. */
  substitute(
    formula: Formula,
    replace: (variable: number) => Formula,
    memo: Map<Formula, Formula>,
    depth = 0,
  ): Formula {
    if (formula <= TRUE) return formula;
    const known = memo.get(formula);
    if (known !== undefined) return known;
    if (--this.#operations < 0 || depth > MAX_DEPTH) throw new LimitReached();
    spend(1);
    const high = this.substitute(this.#high[formula] as Formula, replace, memo, depth + 1);
    const low = this.substitute(this.#low[formula] as Formula, replace, memo, depth + 1);
    const result = this.choose(replace(this.#variable[formula] as number), high, low);
    memo.set(formula, result);
    return result;
  }

  /** The formula's value under an assignment: one walk down the diagram. */
  holds(formula: Formula, value: (variable: number) => boolean): boolean {
    let node = formula;
    let depth = 0;
    for (; node > TRUE; depth++) {
      node = (value(this.#variable[node] as number) ? this.#high[node] : this.#low[node]) as Formula;
    }
    spend(depth / 16);
    return node === TRUE;
  }

  #top(formula: Formula): number {
    return this.#variable[formula] as number;
  }

  #when(formula: Formula, variable: number, value: boolean): Formula {
    if (this.#variable[formula] !== variable) return formula;
    return (value ? this.#high[formula] : this.#low[formula]) as Formula;
  }

  #node(variable: number, high: Formula, low: Formula): Formula {
    if (high === low) return high;
    const key = (variable * BASE + high) * BASE + low;
    const known = this.#unique.get(key);
    if (known !== undefined) return known;
    const node = this.size;
    if (node >= this.#nodes || variable >= NO_VARIABLE) throw new LimitReached();
    this.#variable.push(variable);
    this.#high.push(high);
    this.#low.push(low);
    this.#unique.set(key, node);
    return node;
  }

  #key(node: Formula): number {
    return (
      ((this.#variable[node] as number) * BASE + (this.#high[node] as number)) * BASE +
      (this.#low[node] as number)
    );
  }
}
