import { Automaton, type Word } from './automaton.ts';
import { Dfa } from './dfa.ts';
import { spend } from './effort.ts';
import { isFolder } from './folder-name.ts';
import { compile, readGlob, withContents } from './glob.ts';
import { LimitReached } from './limits.ts';
import { memoise } from './memo.ts';
import { STRICT_GLOB_OPTIONS } from './options.ts';
import { literalPath } from './prefix.ts';
import { inFolder, type Regex, readRegex, wordOf } from './regex.ts';

/** Something is not decided exactly: why, as the end of "the pattern ...". */
export interface Undecided {
  why: string;
}

/** The automata of a pattern, made when first asked for: a few of them take as much memory as a thousand patterns. */
class Machine {
  readonly #pattern: string;
  #whole: Dfa | Undecided | undefined;
  #strict: Dfa | Undecided | undefined;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** The automaton of everything it matches. */
  get whole(): Dfa | Undecided {
    this.#whole ??= wholeOf(this.#pattern);
    return this.#whole;
  }

  /** The same without the bare folder that `src/**` matches too: for witnesses that look natural. */
  get strict(): Dfa | Undecided {
    this.#strict ??= strictOf(this.#pattern) ?? this.whole;
    return this.#strict;
  }
}

/** Machines, remembered by the text of their pattern. */
export const machineOf = memoise((pattern) => new Machine(pattern));

function wholeOf(pattern: string): Dfa | Undecided {
  const literal = literalPath(pattern);
  if (literal !== undefined)
    return isFolder(pattern)
      ? automatonOf([wordOf(literal), inFolder(literal)])
      : automatonOf([wordOf(literal)], { text: pattern });
  const glob = readGlob(pattern);
  return 'refused' in glob ? { why: glob.refused } : build(glob.regex, glob);
}

/** Undefined where it is no other. */
function strictOf(pattern: string): Dfa | undefined {
  const literal = literalPath(pattern);
  if (literal !== undefined) {
    const inside = isFolder(pattern) ? automatonOf([inFolder(literal)]) : undefined;
    return inside instanceof Dfa ? inside : undefined;
  }
  const glob = readGlob(pattern);
  if ('refused' in glob) return undefined;
  const regex = compile(withContents(glob.text, glob.isFolder), STRICT_GLOB_OPTIONS);
  if (regex === undefined || regex.source === glob.regex.source) return undefined;
  const strict = build(regex);
  return strict instanceof Dfa ? strict : undefined;
}

/**
 * The automaton of an expression, and of one word more.
 * micromatch.isMatch also accepts a path that equals the pattern's text, so that text is a word of the language.
 */
export function build(regex: RegExp, word?: Word): Dfa | Undecided {
  spend(regex.source.length);
  const alternatives = readRegex(regex.source);
  if ('unsupported' in alternatives) return { why: `uses ${alternatives.unsupported}` };
  return automatonOf(alternatives, word);
}

function automatonOf(alternatives: Regex[][], word?: Word): Dfa | Undecided {
  try {
    return new Dfa(new Automaton(alternatives, word));
  } catch (error) {
    if (error instanceof LimitReached) return { why: 'is too large to decide' };
    throw error;
  }
}
