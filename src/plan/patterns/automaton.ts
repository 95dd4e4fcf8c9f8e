import { Alphabet } from './alphabet.ts';
import { type CharSet, contains } from './charset.ts';
import { Continuations, type Variable } from './continuations.ts';
import type { Formula, Formulas } from './formulas.ts';
import { MAX_OPERATIONS } from './limits.ts';
import { inFolder, type Regex, wordOf } from './regex.ts';

/** A path that is accepted besides what the expression matches; with `isFolder` also what lies in it. */
export interface Word {
  text: string;
  isFolder?: boolean;
}

/**
 * An alternating automaton (Chandra, Kozen and Stockmeyer, 1981): its state is a Boolean formula, and the input is
 * accepted when the formula comes out true. Look-aheads are `and` and `not`, so every glob micromatch knows fits
 * without a blow-up, `!(...)` included. Explored state by state in dfa.ts.
 */
export class Automaton {
  readonly alphabet: Alphabet;
  readonly formulas: Formulas;
  /** What must hold at the start of the input. */
  readonly start: Formula;
  readonly variables: readonly Variable[];
  readonly #sets: readonly CharSet[];

  /**
   * @param word one more word of the language, if the expression does not match it already
   * @throws LimitReached
   */
  constructor(regex: Regex[][], word?: Word) {
    let built = new Continuations(regex);
    if (word !== undefined && !knows(built, word.text)) {
      const more = word.isFolder ? [wordOf(word.text), inFolder(word.text)] : [wordOf(word.text)];
      built = new Continuations([...regex, ...more]);
    }
    this.start = built.start;
    this.formulas = built.formulas;
    this.variables = built.variables;
    this.#sets = built.sets;
    this.alphabet = new Alphabet(built.sets);
  }

  /** The slow way: no states, nothing remembered, time linear in the input whatever the pattern. */
  accepts(input: string): boolean {
    return accepts(
      { formulas: this.formulas, variables: this.variables, sets: this.#sets, start: this.start },
      input,
    );
  }
}

interface Compiled {
  formulas: Formulas;
  variables: readonly Variable[];
  sets: readonly CharSet[];
  start: Formula;
}

/** Where finding out takes long, saying "no" does no harm: a word may be added twice. */
function knows(built: Compiled, text: string): boolean {
  return text.length * built.variables.length <= MAX_OPERATIONS && accepts(built, text);
}

/** From the last position to the first: which variables are true here, given which are true one further. */
function accepts(built: Compiled, input: string): boolean {
  const { formulas, variables, sets, start } = built;
  let here = new Uint8Array(variables.length);
  let after = new Uint8Array(variables.length);
  const isTrue = (variable: number) => after[variable] === 1;
  for (let position = input.length; position >= 0; position--) {
    [here, after] = [after, here];
    const unit = input.charCodeAt(position);
    for (let i = 0; i < variables.length; i++) {
      const variable = variables[i] as Variable;
      let value = variable.kind === 'end' && position === input.length;
      if (variable.kind === 'step' && position < input.length) {
        value = contains(sets[variable.set] as CharSet, unit) && formulas.holds(variable.next, isTrue);
      }
      here[i] = value ? 1 : 0;
    }
  }
  return formulas.holds(start, (variable) => here[variable] === 1);
}
