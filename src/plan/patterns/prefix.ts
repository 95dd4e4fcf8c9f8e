import { withoutSlash } from './folder-name.ts';

/**
 * What picomatch may give a meaning; text without any stands for itself. Of a doubled sign it escapes only the first,
 * so that `c++` matches `c+` as well.
 */
const SPECIAL = /[\\*?[\](){}|"\0]|\+\+|\$\$|\^\^/;

/** Extglobs need their sign: `src+(a)` begins to vary at the `+`. */
const segmentIsPlain = (segment: string): boolean => !SPECIAL.test(segment);

/** The path that a pattern without special characters names, or undefined; `./a` and `a/` name `a`. */
export function literalPath(pattern: string): string | undefined {
  const path = withoutSlash(pattern.startsWith('./') ? pattern.slice(2) : pattern);
  return SPECIAL.test(path) || path.startsWith('./') ? undefined : path;
}

/** Before three stars and more picomatch drops all in front of a dot and a slash: `a./***` becomes the expression `./[^/]*`. */
const DOT_BEFORE_STARS = /\.\/.*\*{3}/s;

/**
 * The literal folder prefix of a pattern: everything it can match lies at it or under it; '' when nothing is known.
 * `src/api/**` has `src/api`, `src/a*.ts` has `src`, and a path without globs is its own prefix.
 */
export function staticPrefix(pattern: string): string {
  const path = pattern.startsWith('./') ? pattern.slice(2) : pattern;
  if (path.startsWith('./') || hasOpenAlternative(path) || DOT_BEFORE_STARS.test(path)) return '';
  const segments = withoutSlash(path).split('/');
  const end = segments.findIndex((segment) => !segmentIsPlain(segment));
  return (end < 0 ? segments : segments.slice(0, end)).join('/');
}

/** Classes of characters that hold nothing but themselves: `[a-z]`, `[!0-9]`, `[[:alpha:]]`. */
const SIMPLE_CLASSES = /\[[!^]?(?:[\w.-]+|\[:[a-z]+:\])\]/g;

/** picomatch leaves a `|` outside parentheses to the regular expression: `a/b|c/d` matches `c/d`. */
function hasOpenAlternative(pattern: string): boolean {
  if (!pattern.includes('|')) return false;
  const simple = pattern.replace(SIMPLE_CLASSES, '');
  if (/[\\"[\]]/.test(simple)) return true;
  let depth = 0;
  for (const character of simple) {
    if (character === '(') depth++;
    else if (character === ')') depth--;
    if (depth < 0 || (character === '|' && depth === 0)) return true;
  }
  return depth !== 0;
}

/** Whether a path is a folder or lies under it; everything lies under ''. */
export function isUnder(path: string, folder: string): boolean {
  if (folder === '' || path === folder) return true;
  return path.length > folder.length && path[folder.length] === '/' && path.startsWith(folder);
}
