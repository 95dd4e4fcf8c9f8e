// Which of the files that exist a list of globs matches.

import type { Want } from './listing.ts';
import { isExclude, matcher, type PatternList, staticPrefix } from './patterns/index.ts';

/** The folders, or files, at or below which everything lies that a list can match. */
export const prefixesOf = (list: PatternList): string[] =>
  list.filter((glob) => !isExclude(glob)).map(staticPrefix);

/** What has to be listed to know all that a list matches. */
export function wantsOf(list: PatternList): Want[] {
  // `!node_modules/**` leaves out a whole folder, which then need not be opened.
  const except = list
    .filter((glob) => isExclude(glob) && glob.endsWith('/**'))
    .map((glob) => ({ folder: glob.slice(1, -'/**'.length), prefix: staticPrefix(glob.slice(1)) }))
    .filter(({ folder, prefix }) => folder === prefix)
    .map(({ folder }) => folder);
  return prefixesOf(list).map((prefix) => ({ prefix, except }));
}

/** The first index whose file is not less than `path`. */
function lowerBound(files: readonly string[], path: string): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle] as string) < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Expands lists over one sorted listing; each different list is expanded once. */
export class Expansion {
  readonly files: readonly string[];
  readonly #known = new Map<string, readonly number[]>();

  constructor(files: readonly string[]) {
    this.files = files;
  }

  /** Ascending indexes into `files`. */
  of(list: PatternList): readonly number[] {
    if (list.length === 0) return [];
    const key = JSON.stringify(list);
    let hits = this.#known.get(key);
    if (hits === undefined) {
      hits = this.#expand(list);
      this.#known.set(key, hits);
    }
    return hits;
  }

  #expand(list: PatternList): number[] {
    const matches = matcher(list);
    const hits = new Set<number>();
    for (const prefix of new Set(prefixesOf(list))) {
      // What lies below a folder stands together in the listing: '0' is the character after '/'.
      const ranges =
        prefix === ''
          ? [['', '\u{10FFFF}']]
          : [
              [prefix, `${prefix}\0`],
              [`${prefix}/`, `${prefix}0`],
            ];
      for (const [from = '', to = ''] of ranges) {
        const end = prefix === '' ? this.files.length : lowerBound(this.files, to);
        for (let at = lowerBound(this.files, from); at < end; at++) {
          if (matches(this.files[at] as string)) hits.add(at);
        }
      }
    }
    return [...hits].sort((a, b) => a - b);
  }

  /** The files that two lists both match. */
  common(a: PatternList, b: PatternList): string[] {
    const [few, many] = [this.of(a), this.of(b)].sort((x, y) => x.length - y.length) as [
      readonly number[],
      readonly number[],
    ];
    // Both ascend, so each index of the shorter one is looked up in what is left of the longer one.
    const shared: string[] = [];
    let low = 0;
    for (const index of few) {
      let high = many.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((many[middle] as number) < index) low = middle + 1;
        else high = middle;
      }
      if (low === many.length) break;
      if (many[low] === index) shared.push(this.files[index] as string);
    }
    return shared;
  }
}
