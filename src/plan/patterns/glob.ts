import micromatch from 'micromatch';
import { spend } from './effort.ts';
import { isFolder, withoutSlash } from './folder-name.ts';
import { MAX_NESTING, MAX_PATTERN_LENGTH, MAX_REGEX_LENGTH } from './limits.ts';
import { memoise } from './memo.ts';
import { GLOB_OPTIONS } from './options.ts';
import { expandRanges } from './ranges.ts';

/**
 * A pattern as micromatch reads it, or why it is not given to micromatch; reasons go after "it". `text` is a path that it
 * names by its own text; of a folder the expression matches what is in it as well.
 */
export type Glob = { text: string; isFolder: boolean } & ({ regex: RegExp } | { refused: string });

/** The door to micromatch: guards its parser against patterns that would keep it busy, and hands the text over. */
export const readGlob = memoise(read);

function read(pattern: string): Glob {
  const folder = isFolder(pattern);
  const refuse = (text: string, refused: string): Glob => ({ text, isFolder: folder, refused });
  if (pattern.length > MAX_PATTERN_LENGTH)
    return refuse(pattern, `is longer than ${MAX_PATTERN_LENGTH} characters`);
  if (nesting(pattern) > MAX_NESTING)
    return refuse(pattern, `nests its brackets more than ${MAX_NESTING} deep`);
  const { pattern: text, tooLarge } = expandRanges(withoutSlash(pattern));
  if (tooLarge !== undefined) return refuse(pattern, `has the range ${tooLarge}, which is too large`);
  if (text.length > 6 * MAX_PATTERN_LENGTH) return refuse(pattern, 'has ranges that are too large');
  const regex = compile(withContents(text, folder), GLOB_OPTIONS);
  if (regex === undefined || regex.source.length > MAX_REGEX_LENGTH)
    return refuse(text, 'is too large for a regular expression');
  return { text, isFolder: folder, regex };
}

/** The text for micromatch. */
export const withContents = (text: string, folder: boolean): string => (folder ? `${text}/**` : text);

export function compile(text: string, options: micromatch.Options): RegExp | undefined {
  spend(150 + text.length);
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
