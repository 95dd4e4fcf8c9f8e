import { Automaton } from './automaton.ts';
import { Dfa } from './dfa.ts';
import { compile, readGlob } from './glob.ts';
import { LimitReached } from './limits.ts';
import { memoise } from './memo.ts';
import { isNormalised } from './normalised.ts';
import { STRICT_GLOB_OPTIONS } from './options.ts';
import { type Plain, plainOf } from './plain.ts';
import { isUnder, literalPath, staticPrefix } from './prefix.ts';
import { type Regex, readRegex, wordOf } from './regex.ts';

/** Something is not decided exactly: why, as the end of "the pattern ...". */
export interface Undecided {
  why: string;
}

/** What micromatch makes of a pattern. */
interface Read {
  /** As micromatch gets it, ranges written out. */
  text: string;
  regex: RegExp | undefined;
  tame: boolean;
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
  /** The same pattern in a form that is cheap to match and to compare, where it has one. */
  readonly plain: Plain | undefined;
  #read: Read | undefined;
  #automaton: Dfa | Undecided | undefined;
  #strict: Dfa | Undecided | undefined;

  constructor(written: string) {
    this.written = written;
    this.literal = literalPath(written);
    this.prefix = staticPrefix(written);
    this.plain = this.literal === undefined ? plainOf(written) : undefined;
  }

  /** micromatch is asked late: many patterns are never matched nor compared by more than their plain form. */
  get #glob(): Read {
    if (this.#read !== undefined) return this.#read;
    const glob: { text: string; regex?: RegExp; refused?: string } =
      this.literal === undefined ? readGlob(this.written) : { text: this.written };
    if (glob.refused !== undefined) this.#automaton = { why: glob.refused };
    this.#read = {
      text: glob.text,
      regex: glob.regex,
      tame: glob.regex !== undefined && isTame(glob.text),
    };
    return this.#read;
  }

  /** The automaton of everything it matches. */
  get automaton(): Dfa | Undecided {
    const { regex, text } = this.#glob;
    this.#automaton ??= regex ? build(regex, text) : automatonOf([wordOf(this.literal as string)], text);
    return this.#automaton;
  }

  /** The same without the bare folder that `src/**` matches too: for witnesses that look natural. */
  get strict(): Dfa | Undecided {
    if (this.#strict === undefined) {
      const { regex: whole, text } = this.#glob;
      const regex = whole && compile(text, STRICT_GLOB_OPTIONS);
      const strict = regex && regex.source !== whole?.source ? build(regex) : this.automaton;
      this.#strict = strict instanceof Dfa ? strict : this.automaton;
    }
    return this.#strict;
  }

  /** Why it cannot be said whether it matches a given path. */
  get undecided(): string | undefined {
    if (this.literal !== undefined || this.plain !== undefined || this.#glob.tame) return undefined;
    const { automaton } = this;
    return automaton instanceof Dfa ? undefined : automaton.why;
  }

  /** Whether it matches, as micromatch.isMatch says; `undefined` if that is not decided. */
  matches(path: string): boolean | undefined {
    if (path === '') return false;
    if (this.plain !== undefined && isNormalised(path)) return this.plain.matches(path);
    if (this.literal !== undefined) return path === this.literal || path === this.written;
    const { text, regex, tame } = this.#glob;
    if (path === text) return true;
    if (!isUnder(path, this.prefix)) return false;
    if (tame) return (regex as RegExp).test(path);
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
