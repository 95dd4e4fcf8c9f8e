/**
 * A slash at the end of a pattern says that what it names is a folder: `dist/` is `dist` and all that lies in it. People
 * leave the slash out, and what a folder is shows on the disk only, so `dist` may be either.
 */

/** A last name without `*` and `?`, whose groups are closed within it; a negated group names nothing. */
const NAMES = /(?:^|\/)(?!\.{0,2}$)(?:\\[^\p{L}\p{N}/]|[^*?()|"\\/]|[@+]\([^*?()"\\/]*\))+$/u;

/** Whether a pattern ends with a name that a folder may have. */
export function mayBeFolder(pattern: string): boolean {
  const [end] = NAMES.exec(pattern) ?? [];
  if (end === undefined) return false;
  // A group that begins further to the front may have other ends than this one: `{src/*,dist}`.
  // Negated classes name nothing either, and with the others micromatch has its own ways.
  if (/"|\[[:!^]|\*{3}|\+\+|\$\$|\^\^/.test(pattern)) return false;
  // A parenthesis that is left open changes what all after it means.
  if (!isClosed(pattern.replace(/\\./g, ''), '()')) return false;
  return isClosed(end, '{}', '[]') || !/[*?[(|\\]/.test(pattern);
}

const isClosed = (text: string, ...brackets: string[]): boolean =>
  brackets.every(([open = '', close = '']) => text.split(open).length === text.split(close).length);

export const isFolder = (pattern: string): boolean =>
  pattern.endsWith('/') && mayBeFolder(pattern.slice(0, -1));

export const withoutSlash = (pattern: string): string => (isFolder(pattern) ? pattern.slice(0, -1) : pattern);

/** The pattern as that of a folder, where it can be one. */
export const asFolder = (pattern: string): string => (mayBeFolder(pattern) ? `${pattern}/` : pattern);
