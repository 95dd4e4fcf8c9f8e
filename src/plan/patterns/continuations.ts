import { type CharSet, EVERY_UNIT } from './charset.ts';
import { FALSE, type Formula, Formulas, TRUE } from './formulas.ts';
import { MAX_FORMULAS } from './limits.ts';
import type { Regex } from './regex.ts';

/**
 * What the formulas of an automaton speak about, at one position of the input:
 * a character of the set is here and `next` holds after it; the input ends here; it starts here; or a loop's own
 * formula, by name, as long as that formula is still being made.
 */
export type Variable =
  | { kind: 'step'; set: number; next: Formula }
  | { kind: 'end' }
  | { kind: 'start' }
  | { kind: 'loop'; definition: Formula };

/** Alternatives that begin alike are joined this many characters deep; `{a,b,...}` with thousands of words stays shallow. */
const MAX_SHARED = 64;

/**
 * Compiles an expression from right to left: a part becomes the formula "this part matches here and then the
 * continuation holds". A look-ahead is its own formula, with the continuation "anything", in conjunction with what
 * follows; a negative one is its negation. A loop is the least solution of L = continuation or body(L): an iteration
 * that consumes nothing adds nothing, so inside the definition the unguarded L is FALSE.
 */
export class Continuations {
  readonly formulas = new Formulas(MAX_FORMULAS);
  readonly sets: CharSet[] = [];
  readonly variables: Variable[] = [{ kind: 'end' }, { kind: 'start' }];
  readonly start: Formula;
  readonly #setIds = new Map<string, number>();
  readonly #steps = new Map<string, Formula>();

  /** @throws LimitReached */
  constructor(alternatives: Regex[][]) {
    const anchored = alternatives.every((sequence) => sequence[0]?.kind === 'start');
    const anything: Regex = {
      kind: 'repeat',
      body: { kind: 'chars', set: EVERY_UNIT },
      min: 0,
      max: Infinity,
    };
    const whole: Regex[] = [{ kind: 'choice', options: alternatives }];
    const root = this.#sequence(anchored ? whole : [anything, ...whole], 0, TRUE);
    this.start = this.#resolve(root, TRUE, new Map());
    const memo = new Map<Formula, Formula>();
    for (const variable of this.variables) {
      if (variable.kind === 'step') variable.next = this.#resolve(variable.next, FALSE, memo);
    }
  }

  /** Puts in the loops' definitions, which refer only outwards, and what is known about being at the start. */
  #resolve(formula: Formula, atStart: Formula, memo: Map<Formula, Formula>): Formula {
    const replace = (index: number): Formula => {
      const variable = this.variables[index] as Variable;
      if (variable.kind === 'start') return atStart;
      if (variable.kind === 'loop') return this.#resolve(variable.definition, atStart, memo);
      return this.formulas.variable(index);
    };
    return this.formulas.substitute(formula, replace, memo);
  }

  #sequence(items: readonly Regex[], from: number, then: Formula): Formula {
    let formula = then;
    for (let i = items.length - 1; i >= from; i--) formula = this.#item(items[i] as Regex, formula);
    return formula;
  }

  #item(item: Regex, then: Formula): Formula {
    if (then === FALSE) return FALSE;
    switch (item.kind) {
      case 'chars':
        return this.#step(item.set, then);
      case 'choice':
        return this.#choice(item.options, 0, then);
      case 'repeat':
        return this.#repeat(item, then);
      case 'lookahead': {
        const ahead = this.#choice(item.options, 0, TRUE);
        return this.formulas.and(item.negate ? this.formulas.not(ahead) : ahead, then);
      }
      case 'end':
        return this.formulas.and(this.formulas.variable(0), then);
      case 'start':
        return this.formulas.and(this.formulas.variable(1), then);
    }
  }

  /** Joins from the last to the first: variables are ordered by age, so each join happens at the top. */
  #choice(options: readonly Regex[][], from: number, then: Formula): Formula {
    if (options.length === 1) return this.#sequence(options[0] as Regex[], from, then);
    const groups = new Map<string, Regex[][]>();
    for (const [index, option] of options.entries()) {
      const first = option[from];
      const shared = first?.kind === 'chars' && first.set.length === 2 && from < MAX_SHARED;
      const key = shared ? first.set.join() : `#${index}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [option]);
      else group.push(option);
    }
    const branches = [...groups.values()].map((group) => {
      if (group.length === 1) return this.#sequence(group[0] as Regex[], from, then);
      return this.#item(group[0]?.[from] as Regex, this.#choice(group, from + 1, then));
    });
    return branches.reduceRight((rest, branch) => this.formulas.or(branch, rest), FALSE);
  }

  #repeat({ body, min, max }: Regex & { kind: 'repeat' }, then: Formula): Formula {
    let formula = then;
    let left = min;
    if (max === Infinity) {
      const loop = this.#variable({ kind: 'loop', definition: FALSE });
      const name = this.formulas.variable(loop);
      const once = this.#item(body, name);
      const definition = this.formulas.or(then, this.#replace(once, loop, FALSE));
      (this.variables[loop] as { definition: Formula }).definition = definition;
      // `x+` is the body once, with the loop behind it: no second copy of the body.
      formula = min === 0 ? definition : this.#replace(once, loop, definition);
      left = Math.max(0, min - 1);
    } else {
      for (let i = min; i < max; i++) formula = this.formulas.or(then, this.#item(body, formula));
    }
    for (let i = 0; i < left; i++) formula = this.#item(body, formula);
    return formula;
  }

  #replace(formula: Formula, variable: number, by: Formula): Formula {
    const replace = (index: number) => (index === variable ? by : this.formulas.variable(index));
    return this.formulas.substitute(formula, replace, new Map());
  }

  #step(set: CharSet, next: Formula): Formula {
    if (set.length === 0) return FALSE;
    const name = set.join();
    let id = this.#setIds.get(name);
    if (id === undefined) {
      id = this.sets.push(set) - 1;
      this.#setIds.set(name, id);
    }
    const key = `${id} ${next}`;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const step = this.formulas.variable(this.#variable({ kind: 'step', set: id, next }));
    this.#steps.set(key, step);
    return step;
  }

  #variable(variable: Variable): number {
    return this.variables.push(variable) - 1;
  }
}
