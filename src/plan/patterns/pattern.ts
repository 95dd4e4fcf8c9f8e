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
  readonly text: string;
  /** The path it names, when it names exactly one. */
  readonly literal: string | undefined;
  /** Everything it matches lies at or under this. */
  readonly prefix: string;
  readonly matches: (path: string) => boolean;
  /** Why micromatch was not asked; it then matches nothing but its own text. */
  readonly refused: string | undefined;
  readonly #regex: RegExp | undefined;
  #automaton: Dfa | Undecided | undefined;
  #strict: Dfa | Undecided | undefined;

  constructor(pattern: string) {
    this.literal = literalPath(pattern);
    this.prefix = staticPrefix(pattern);
    if (this.literal !== undefined) {
      this.text = pattern;
      this.matches = (path) => path !== '' && (path === this.literal || path === this.text);
      return;
    }
    const glob = readGlob(pattern);
    this.text = glob.text;
    if ('regex' in glob) this.#regex = glob.regex;
    else this.refused = glob.refused;
    this.matches = this.#matcher();
  }

  /** The automaton of everything it matches. */
  get automaton(): Dfa | Undecided {
    this.#automaton ??= this.#build();
    return this.#automaton;
  }

  /** The same without the bare folder that `src/**` matches too: for witnesses that look natural. */
  get strict(): Dfa | Undecided {
    if (this.#strict === undefined) {
      const regex = this.#regex && compile(this.text, STRICT_GLOB_OPTIONS);
      const strict = regex && regex.source !== this.#regex?.source ? build(regex) : this.automaton;
      this.#strict = strict instanceof Dfa ? strict : this.automaton;
    }
    return this.#strict;
  }

  #build(): Dfa | Undecided {
    if (this.literal !== undefined) return automatonOf([wordOf(this.literal)], this.text);
    return this.#regex === undefined ? { why: this.refused as string } : build(this.#regex, this.text);
  }

  #matcher(): (path: string) => boolean {
    const { text, prefix } = this;
    const regex = this.#regex;
    if (regex === undefined) return (path) => path === text;
    const byRegex = (path: string) => path !== '' && (path === text || regex.test(path));
    if (isTame(text)) return byRegex;
    return (path) => {
      if (path === '' || !isUnder(path, prefix)) return path !== '' && path === text;
      const { automaton } = this;
      return automaton instanceof Dfa ? automaton.matches(path) : byRegex(path);
    };
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
 * Whether RegExp may be let loose on a pattern: with three stars and no groups, backtracking stays at the length of a
 * file name to the power of three. Every other pattern is matched by its automaton, since some of picomatch's
 * expressions backtrack for seconds on a name of 27 characters.
 */
const isTame = (text: string): boolean => !text.includes('(') && (text.match(/\*+/g)?.length ?? 0) <= 3;
