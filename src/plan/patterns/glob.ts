import micromatch from 'micromatch';
import { MAX_NESTING, MAX_PATTERN_LENGTH, MAX_REGEX_LENGTH } from './limits.ts';
import { memoise } from './memo.ts';
import { GLOB_OPTIONS } from './options.ts';
import { expandRanges } from './ranges.ts';

/** A pattern as micromatch reads it, or why it is not given to micromatch; reasons go after "it". */
export type Glob = { text: string; regex: RegExp } | { text: string; refused: string };

/** The door to micromatch: guards its parser against patterns that would keep it busy, and hands the text over. */
export const readGlob = memoise(read);

function read(pattern: string): Glob {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return { text: pattern, refused: `is longer than ${MAX_PATTERN_LENGTH} characters` };
  }
  if (nesting(pattern) > MAX_NESTING) {
    return { text: pattern, refused: `nests its brackets more than ${MAX_NESTING} deep` };
  }
  const { pattern: text, tooLarge } = expandRanges(pattern);
  if (tooLarge !== undefined)
    return { text: pattern, refused: `has the range ${tooLarge}, which is too large` };
  if (text.length > 6 * MAX_PATTERN_LENGTH)
    return { text: pattern, refused: 'has ranges that are too large' };
  const regex = compile(text, GLOB_OPTIONS);
  if (regex === undefined || regex.source.length > MAX_REGEX_LENGTH) {
    return { text, refused: 'is too large for a regular expression' };
  }
  return { text, regex };
}

export function compile(text: string, options: micromatch.Options): RegExp | undefined {
  try {
    return micromatch.makeRe(text, options) as RegExp;
  } catch {
    return undefined;
  }
}

/** micromatch makes this of what is no regular expression; such a pattern matches only its own text. */
export const isInvalid = (regex: RegExp): boolean => regex.source === '$^';

function nesting(pattern: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '(' || character === '{') deepest = Math.max(deepest, ++depth);
    else if ((character === ')' || character === '}') && depth > 0) depth--;
  }
  return deepest;
}
