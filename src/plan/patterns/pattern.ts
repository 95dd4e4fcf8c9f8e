import { Dfa } from './dfa.ts';
import { spend } from './effort.ts';
import { isFolder } from './folder-name.ts';
import { type Glob, readGlob, withContents } from './glob.ts';
import { machineOf, type Undecided } from './machine.ts';
import { memoise } from './memo.ts';
import { isNormalised } from './normalised.ts';
import { isUnder, literalPath, staticPrefix } from './prefix.ts';
import { inStandIn, STAND_IN } from './prefix-normalise.ts';
import { type Plain, plainOf } from './simple-glob.ts';

/** An automaton, and the text that it has to be given for a folder, before what is below that. */
export interface Placed {
  dfa: Dfa;
  before: string;
}

/**
 * One pattern, without the `!` of an exclude; with a slash at its end it is a folder and what lies in it. Everything beyond its text is found out when first asked for: most
 * questions are answered by the literal path, the prefix or the regular expression.
 */
export class Pattern {
  readonly written: string;
  /** The path it names, when it names exactly one: a file, or a folder. */
  readonly literal: string | undefined;
  readonly isFolder: boolean;
  /** Everything it matches lies at or under this. */
  readonly prefix: string;
  /** The same pattern in a form that is cheap to match and to compare, where it has one. */
  readonly plain: Plain | undefined;
  #glob: Glob | undefined;
  #tame: boolean | undefined;
  #machine: string | undefined;

  constructor(written: string) {
    spend(10);
    this.written = written;
    this.literal = literalPath(written);
    this.prefix = staticPrefix(written);
    this.isFolder = isFolder(written);
    this.plain = this.literal === undefined || this.isFolder ? plainOf(written) : undefined;
  }

  /** Why its automaton cannot be had. */
  get refused(): string | undefined {
    const { whole } = machineOf(this.#pattern);
    return whole instanceof Dfa ? undefined : whole.why;
  }

  /**
   * Its automaton for the paths at or below a folder. `strict` leaves out the bare folder that `src/**` matches too, for
   * witnesses that look natural.
   */
  at(folder: string, kind: 'whole' | 'strict'): Placed | undefined {
    const isBelow = isUnder(folder, this.prefix);
    const dfa: Dfa | Undecided = machineOf(isBelow ? this.#pattern : this.written)[kind];
    return dfa instanceof Dfa ? { dfa, before: isBelow ? this.#moved(folder) : folder } : undefined;
  }

  /** Why it cannot be said whether it matches a given path. */
  get undecided(): string | undefined {
    if (this.literal !== undefined || this.plain !== undefined || this.#isTame) return undefined;
    return this.refused;
  }

  /** Whether it matches, as micromatch.isMatch says; `undefined` if that is not decided. */
  matches(path: string): boolean | undefined {
    if (path === '') return false;
    if (this.plain !== undefined && isNormalised(path)) return this.plain.matches(path);
    if (this.literal !== undefined) return this.#isAt(path, this.literal) || path === this.written;
    const glob = this.#read;
    if (this.#isAt(path, glob.text)) return true;
    if (!isUnder(path, this.prefix)) return false;
    if (this.#isTame && 'regex' in glob) return glob.regex.test(path);
    const { whole } = machineOf(this.#pattern);
    return whole instanceof Dfa ? whole.matches(this.#moved(path)) : undefined;
  }

  #isAt(path: string, named: string): boolean {
    return path === named || (this.isFolder && isUnder(path, named));
  }

  get #read(): Glob {
    this.#glob ??= readGlob(this.written);
    return this.#glob;
  }

  get #isTame(): boolean {
    this.#tame ??= 'regex' in this.#read && isTame(withContents(this.#read.text, this.isFolder));
    return this.#tame;
  }

  /** The pattern whose automata it shares. */
  get #pattern(): string {
    if (this.#machine === undefined) {
      const glob = this.literal === undefined ? this.#read : undefined;
      const regex = glob !== undefined && 'regex' in glob ? glob.regex : undefined;
      this.#machine = (regex && inStandIn(this.written, this.prefix, regex)) ?? this.written;
    }
    return this.#machine;
  }

  /** A path at or below the prefix, as those automata know it. */
  #moved(path: string): string {
    return this.#pattern === this.written ? path : STAND_IN + path.slice(this.prefix.length);
  }
}

/** Compiled patterns, remembered by their text. */
export const patternOf = memoise((pattern) => new Pattern(pattern));

/**
 * Whether RegExp may be let loose on a pattern: with three stars and nothing that repeats a group (`+(`, `}+`), backtracking
 * stays at the length of a file name to the power of three. Every other pattern is matched by its automaton, since some of picomatch's
 * expressions backtrack for seconds on a name of 27 characters.
 */
const isTame = (text: string): boolean => !/[(+]/.test(text) && (text.match(/\*+/g)?.length ?? 0) <= 3;
