import { readGlob } from './glob.ts';
import { memoise } from './memo.ts';

/** The folder that stands for all folders. */
export const STAND_IN = 'p';

/** What picomatch copies into its expression as it is, but for dots and slashes, which it escapes. */
const COPIED = /^[\w\-./]+$/;
const BEGINS = `^(?:${STAND_IN}`;

/** The expression of a pattern in the stand-in, from behind the folder on. */
const tailOf = memoise((pattern): string | false => {
  const glob = readGlob(pattern);
  return 'regex' in glob && glob.regex.source.startsWith(BEGINS)
    ? glob.regex.source.slice(BEGINS.length)
    : false;
});

/**
 * The same pattern in the stand-in for its literal folder, `p/*.ts` for `packages/a/*.ts`: thousands of patterns that
 * differ in their folder only share the automata of one. Taken from micromatch itself: its two expressions have to be
 * equal but for the folder. Undefined where they are not.
 */
export function inStandIn(pattern: string, folder: string, regex: RegExp): string | undefined {
  if (folder === '' || !COPIED.test(folder)) return undefined;
  const path = pattern.startsWith('./') ? pattern.slice(2) : pattern;
  const moved = STAND_IN + path.slice(folder.length);
  const tail = tailOf(moved);
  return tail !== false && regex.source === `^(?:${folder.replace(/[./]/g, '\\$&')}${tail}`
    ? moved
    : undefined;
}
