import { Automaton } from './automaton.ts';
import { Dfa } from './dfa.ts';
import { compile, readGlob } from './glob.ts';
import { LimitReached } from './limits.ts';
import { memoise } from './memo.ts';
import { STRICT_GLOB_OPTIONS } from './options.ts';
import { isUnder, literalPath, staticPrefix } from './prefix.ts';
import { type Regex, readRegex, wordOf } from './regex.ts';

/** Something is not decided exactly: why, as the end of "the pattern ...". */
export interface Undecided {
  why: string;
}

/**
 * One pattern, without the `!` of an exclude. Its automata are made when first asked for: most questions are
 * answered by the literal path, the prefix or the regular expression.
 */
export class Pattern {
  readonly written: string;
  /** The path it names, when it names exactly one. */
  readonly literal: string | undefined;
  /** Everything it matches lies at or under this. */
  readonly prefix: string;
  /** As micromatch gets it, ranges written out. */
  readonly #text: string;
  readonly #regex: RegExp | undefined;
  readonly #tame: boolean;
  #automaton: Dfa | Undecided | undefined;
  #strict: Dfa | Undecided | undefined;

  constructor(written: string) {
    this.written = written;
    this.literal = literalPath(written);
    this.prefix = staticPrefix(written);
    const glob = this.literal === undefined ? readGlob(written) : { text: written };
    this.#text = glob.text;
    if ('regex' in glob) this.#regex = glob.regex;
    if ('refused' in glob) this.#automaton = { why: glob.refused };
    this.#tame = this.#regex !== undefined && isTame(glob.text);
  }

  /** The automaton of everything it matches. */
  get automaton(): Dfa | Undecided {
    this.#automaton ??= this.#regex
      ? build(this.#regex, this.#text)
      : automatonOf([wordOf(this.literal as string)], this.#text);
    return this.#automaton;
  }

  /** The same without the bare folder that `src/**` matches too: for witnesses that look natural. */
  get strict(): Dfa | Undecided {
    if (this.#strict === undefined) {
      const regex = this.#regex && compile(this.#text, STRICT_GLOB_OPTIONS);
      const strict = regex && regex.source !== this.#regex?.source ? build(regex) : this.automaton;
      this.#strict = strict instanceof Dfa ? strict : this.automaton;
    }
    return this.#strict;
  }

  /** Why it cannot be said whether it matches a given path. */
  get undecided(): string | undefined {
    if (this.literal !== undefined || this.#tame) return undefined;
    const { automaton } = this;
    return automaton instanceof Dfa ? undefined : automaton.why;
  }

  /** Whether it matches, as micromatch.isMatch says; `undefined` if that is not decided. */
  matches(path: string): boolean | undefined {
    if (path === '') return false;
    if (path === this.#text) return true;
    if (this.literal !== undefined) return path === this.literal;
    if (!isUnder(path, this.prefix)) return false;
    if (this.#tame) return (this.#regex as RegExp).test(path);
    const { automaton } = this;
    return automaton instanceof Dfa ? automaton.matches(path) : undefined;
  }
}

/** Compiled patterns, remembered by their text. */
export const patternOf = memoise((pattern) => new Pattern(pattern));

/**
 * The automaton of an expression, and of one word more.
 * micromatch.isMatch also accepts a path that equals the pattern's text, so that text is a word of the language.
 */
export function build(regex: RegExp, text?: string): Dfa | Undecided {
  const alternatives = readRegex(regex.source);
  if ('unsupported' in alternatives) return { why: `uses ${alternatives.unsupported}` };
  return automatonOf(alternatives, text);
}

function automatonOf(alternatives: Regex[][], text?: string): Dfa | Undecided {
  try {
    return new Dfa(new Automaton(alternatives, text));
  } catch (error) {
    if (error instanceof LimitReached) return { why: 'is too large to decide' };
    throw error;
  }
}

/**
 * Whether RegExp may be let loose on a pattern: with three stars and nothing that repeats a group (`+(`, `}+`), backtracking
 * stays at the length of a file name to the power of three. Every other pattern is matched by its automaton, since some of picomatch's
 * expressions backtrack for seconds on a name of 27 characters.
 */
const isTame = (text: string): boolean => !/[(+]/.test(text) && (text.match(/\*+/g)?.length ?? 0) <= 3;
