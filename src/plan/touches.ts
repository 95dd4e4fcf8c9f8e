// Which of the files that exist a list of globs matches.

import type { Want } from './listing.ts';
import type { Folder, Listing } from './listing-tree.ts';
import { isExclude, matcher, type PatternList, type Plain, plainOf, staticPrefix } from './patterns/index.ts';

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

/** Expands lists over one listing; each different list is expanded once. */
export class Expansion {
  readonly listing: Listing;
  readonly #known = new Map<string, readonly number[]>();

  constructor(listing: Listing) {
    this.listing = listing;
  }

  /** The numbers of the files, ascending. */
  of(list: PatternList): readonly number[] {
    if (list.length === 0) return [];
    const key = list.length === 1 ? (list[0] as string) : JSON.stringify(list);
    let hits = this.#known.get(key);
    if (hits === undefined) {
      hits = this.#expand(list);
      this.#known.set(key, hits);
    }
    return hits;
  }

  /** The numbers of the files that two lists both match, ascending. */
  common(a: PatternList, b: PatternList): readonly number[] {
    const [one, two] = [this.of(a), this.of(b)];
    if (one === two) return one;
    const [few, many] = one.length <= two.length ? [one, two] : [two, one];
    // Each number of the shorter one is looked up in what is left of the longer one.
    const shared: number[] = [];
    let low = 0;
    for (const index of few) {
      low = firstNotLess(many, index, low);
      if (low === many.length) break;
      if (many[low] === index) shared.push(index);
    }
    return shared;
  }

  #expand(list: PatternList): readonly number[] {
    const includes = list.filter((glob) => !isExclude(glob)).map((glob) => plainOf(glob));
    const excludes = list.filter(isExclude).map((glob) => plainOf(glob.slice(1)));
    if ([...includes, ...excludes].every((plain) => plain !== undefined)) {
      return this.#byName(includes as Plain[], excludes as Plain[]);
    }
    return this.#byPath(list);
  }

  /** From folder to folder, with the positions that each pattern has there; what cannot match is not entered. */
  #byName(includes: readonly Plain[], excludes: readonly Plain[]): number[] {
    const { names } = this.listing;
    const hits: number[] = [];
    const walk = (folder: Folder, wanted: readonly At[], unwanted: readonly At[]): void => {
      if (unwanted.some(([plain, at]) => plain.all(at))) return;
      if (unwanted.length === 0 && wanted.some(([plain, at]) => plain.all(at))) {
        for (let file = folder.start; file < folder.end; file++) hits.push(file);
        return;
      }
      const fits = fileTest(wanted);
      const spoils = fileTest(unwanted);
      const take = (from: number, to: number): void => {
        if (fits === undefined) return;
        for (let file = from; file < to; file++) {
          const name = names[file] as string;
          if (fits(name) && !spoils?.(name)) hits.push(file);
        }
      };
      let at = folder.start;
      for (const below of wanted.some(([plain, where]) => plain.varies(where))
        ? folder.folders
        : named(folder, wanted)) {
        take(at, below.start);
        at = below.end;
        const inside = into(wanted, below.name);
        if (inside.length > 0) walk(below, inside, into(unwanted, below.name));
      }
      take(at, folder.end);
    };
    const start = (plain: Plain): At => [plain, plain.start];
    walk(this.listing.root, includes.map(start), excludes.map(start));
    return hits;
  }

  #byPath(list: PatternList): number[] {
    const { listing } = this;
    const matches = matcher(list);
    const hits = new Set<number>();
    for (const prefix of new Set(prefixesOf(list))) {
      // What lies below a folder stands together in the listing: '0' is the character after '/'.
      const ranges =
        prefix === ''
          ? [[0, listing.size]]
          : [
              [prefix, `${prefix}\0`],
              [`${prefix}/`, `${prefix}0`],
            ].map((ends) => ends.map((end) => listing.lowerBound(end)));
      for (const [from = 0, to = 0] of ranges) {
        for (let file = from; file < to; file++) if (matches(listing.path(file))) hits.add(file);
      }
    }
    return [...hits].sort((a, b) => a - b);
  }
}
