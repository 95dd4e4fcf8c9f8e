import { asFolder } from './folder-name.ts';
import { isNormalised } from './normalised.ts';
import { type Pattern, patternOf } from './pattern.ts';

/** One list as the user wrote it: includes, and excludes that start with `!`. */
export type PatternList = readonly string[];

/** Includes with their index in the list as written, and excludes. Their order means nothing. */
export interface Patterns {
  includes: readonly { pattern: Pattern; index: number }[];
  excludes: readonly Pattern[];
}

/** A list whose names may each be a folder, which is what they are where a path lies below them. */
export const asFolders = (list: PatternList): PatternList =>
  list.map((pattern) => (isExclude(pattern) ? pattern : asFolder(pattern)));

/** A leading `!` makes an exclude, but `!(a|b)` is an extglob. */
export const isExclude = (pattern: string): boolean => pattern.startsWith('!') && pattern[1] !== '(';

export function readList(list: PatternList): Patterns {
  const includes: { pattern: Pattern; index: number }[] = [];
  const excludes: Pattern[] = [];
  for (const [index, pattern] of list.entries()) {
    // What a name leaves out it leaves out as a folder too.
    if (isExclude(pattern)) excludes.push(patternOf(asFolder(pattern.slice(1))));
    else includes.push({ pattern: patternOf(pattern), index });
  }
  return { includes, excludes };
}

/**
 * Whether some include matches the path and no exclude does. Where a pattern is not decided, an include counts as
 * matching and an exclude as not: a path may be named too often but is never missed.
 */
export function matches({ includes, excludes }: Patterns, path: string): boolean {
  return (
    includes.some(({ pattern }) => isIncluded(pattern, path)) &&
    !excludes.some((pattern) => isExcluded(pattern, path))
  );
}

const isIncluded = (pattern: Pattern, path: string): boolean => pattern.matches(path) ?? true;
const isExcluded = (pattern: Pattern, path: string): boolean => pattern.matches(path) ?? false;

/**
 * Compiles a list to a fast matcher of normalised root-relative paths. It answers as `micromatch.isMatch` does with
 * GLOB_OPTIONS (brace ranges written out first), and a name matches as well what lies in the folder of that name; in time
 * linear in the path for all but the plainest patterns.
 * @returns a function that may be called with any string; what is no normalised path is matched as micromatch does
 */
export function matcher(list: PatternList): (path: string) => boolean {
  const { includes, excludes } = readList(asFolders(list));
  const literals = new Set<string>();
  const globs: Pattern[] = [];
  for (const { pattern } of includes) {
    if (pattern.literal !== undefined && isNormalised(pattern.literal)) literals.add(pattern.literal);
    else globs.push(pattern);
  }
  return (path) =>
    (isAtOrBelow(literals, path) || globs.some((pattern) => isIncluded(pattern, path))) &&
    !excludes.some((pattern) => isExcluded(pattern, path));
}

/** The same of several lists, of which one is enough; an empty one matches nothing. */
export function anyMatcher(lists: readonly PatternList[]): (path: string) => boolean {
  const tests = lists.filter((list) => list.length > 0).map(matcher);
  return (path) => tests.some((matches) => matches(path));
}

function isAtOrBelow(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.has(path)) return true;
  if (folders.size > 0)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      if (folders.has(path.slice(0, at))) return true;
  return false;
}
