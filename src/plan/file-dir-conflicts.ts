// A file against a folder of the same name: `dist` and `dist/app.js` cannot both exist, and yet no path is matched by both.

import { isExclude, matcher, overlap, type PatternList, staticPrefix } from './patterns/index.ts';

/** What is a file to one list and a folder to the other. */
export interface Clash {
  file: string;
  /** A path below `file` that the other list matches; its pattern, where that could not be decided. */
  below: string;
  /** The include of each list, as indexes into the lists as given. */
  patterns: [number, number];
}

/**
 * Finds a clash: one side names a path without wildcards, and an include of the other lies below that path by what is
 * literal in it, as `dist/app.js` and `dist/**` lie below `dist`. Whether one of the two writes is the caller's business.
 *
 * A wildcard that could name such a file or folder is not enough: the `*` of `dist/*` could be a file `sub` beside
 * `dist/sub/x`, and `**` in front of `/*.ts` a folder `package.json`, but that is not what people mean by them. A list
 * that matches the file itself, as `src/**` matches `src`, overlaps in the ordinary way and is no clash.
 */
export function findClash(a: PatternList, b: PatternList): Clash | undefined {
  const clash = below(a, b);
  if (clash !== undefined) return clash;
  const other = below(b, a);
  return other && { ...other, patterns: [other.patterns[1], other.patterns[0]] };
}

/** A clash in which `files` names the file. */
function below(files: PatternList, folders: PatternList): Clash | undefined {
  for (const { index, file } of literalsOf(files)) {
    for (const [other, folder] of folders.entries()) {
      if (isExclude(folder) || !isAtOrBelow(staticPrefix(folder), file)) continue;
      if (!matcher(files)(file) || matcher(folders)(file)) break;
      const found = overlap([folder, ...folders.filter(isExclude)], [`${file}/*`, `${file}/*/**`]);
      if (found.overlap) return { file, below: found.witness ?? folder, patterns: [index, other] };
    }
  }
  return undefined;
}

const literals = new WeakMap<PatternList, { index: number; file: string }[]>();

/** The includes of a list that name one path each. A list is asked about as often as there are others. */
function literalsOf(list: PatternList): { index: number; file: string }[] {
  let known = literals.get(list);
  if (known === undefined) {
    known = list.flatMap((pattern, index) => {
      const file = literalOf(pattern);
      return file === undefined ? [] : [{ index, file }];
    });
    literals.set(list, known);
  }
  return known;
}

/** The path that an include without wildcards names. */
function literalOf(pattern: string): string | undefined {
  if (isExclude(pattern)) return undefined;
  const path = pattern.startsWith('./') ? pattern.slice(2) : pattern;
  const prefix = staticPrefix(pattern);
  return prefix !== '' && prefix === path && matcher([pattern])(path) ? path : undefined;
}

const isAtOrBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);
