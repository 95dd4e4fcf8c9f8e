// Which of the files that exist a list of globs matches.

import { append, common, type Stretches, sizeOf } from './interval-set.ts';
import type { Want } from './listing.ts';
import type { Folder, Listing } from './listing-tree.ts';
import {
  asFolder,
  isExclude,
  matcher,
  type PatternList,
  type Plain,
  plainOf,
  staticPrefix,
} from './patterns/index.ts';

/** The folders, or files, at or below which everything lies that a list can match. */
export const prefixesOf = (list: PatternList): string[] =>
  list.filter((glob) => !isExclude(glob)).map(staticPrefix);

/** What has to be listed to know all that a list matches. */
export function wantsOf(list: PatternList): Want[] {
  // `!node_modules` leaves out a whole folder, which then need not be opened.
  const except = list
    .filter(isExclude)
    .map((glob) => ({ folder: asFolder(glob.slice(1)), prefix: staticPrefix(glob.slice(1)) }))
    .filter(({ folder, prefix }) => folder === `${prefix}/` || folder === `${prefix}/**`)
    .map(({ prefix }) => prefix);
  return prefixesOf(list).map((prefix) => ({ prefix, except }));
}

type NameTest = (name: string) => boolean;

/** A pattern, and what of it a folder's path has used up. */
type At = readonly [Plain, number];

function into(patterns: readonly At[], name: string): At[] {
  const inside: At[] = [];
  for (const [plain, at] of patterns) {
    const next = plain.into(at, name);
    if (plain.leadsOn(next)) inside.push([plain, next]);
  }
  return inside;
}

function fileTest(patterns: readonly At[]): NameTest | undefined {
  const tests = patterns.map(([plain, at]) => plain.fileTest(at)).filter((test) => test !== undefined);
  return tests.length > 1 ? (name) => tests.some((test) => test(name)) : tests[0];
}

/** The folders that some pattern may lead into, in their order: by name where all that can come next are names. */
function reachable(folder: Folder, patterns: readonly At[]): readonly Folder[] {
  const names = new Set<string>();
  for (const [plain, at] of patterns) {
    const next = plain.nextNames(at);
    if (next === undefined) return folder.folders;
    for (const name of next) names.add(name);
  }
  const folders = [...names].map((name) => folder.folder(name)).filter((found) => found !== undefined);
  return folders.length > 1 ? folders.sort((a, b) => a.start - b.start) : folders;
}

/** The files of a folder, taken bit by bit between its folders: those whose names fit. */
class OwnFiles {
  readonly #folder: Folder;
  readonly #fits: NameTest | undefined;
  readonly #spoils: NameTest | undefined;
  #stretch = 0;
  #name = 0;

  constructor(folder: Folder, fits: NameTest | undefined, spoils: NameTest | undefined) {
    this.#folder = folder;
    this.#fits = fits;
    this.#spoils = spoils;
  }

  takeUntil(end: number, hits: number[]): void {
    const { own, names } = this.#folder;
    const fits = this.#fits;
    if (fits === undefined) return;
    for (; (own[this.#stretch] ?? end) < end; this.#stretch += 2) {
      const to = own[this.#stretch + 1] as number;
      for (let file = own[this.#stretch] as number; file < to; file++) {
        const name = names[this.#name++] as string;
        if (fits(name) && !this.#spoils?.(name)) append(hits, file, file + 1);
      }
    }
  }
}

/** Expands lists over one listing; each different list is expanded once. */
export class Expansion {
  readonly listing: Listing;
  readonly #known = new Map<string, Stretches>();

  constructor(listing: Listing) {
    this.listing = listing;
  }

  /** The numbers of the files that match. */
  of(list: PatternList): Stretches {
    if (list.length === 0) return [];
    const key = list.length === 1 ? (list[0] as string) : JSON.stringify(list);
    let hits = this.#known.get(key);
    if (hits === undefined) {
      hits = this.#expand(list);
      this.#known.set(key, hits);
    }
    return hits;
  }

  count(list: PatternList): number {
    return sizeOf(this.of(list));
  }

  /** The numbers of the files that two lists both match. */
  common(a: PatternList, b: PatternList): Stretches {
    return common(this.of(a), this.of(b));
  }

  #expand(list: PatternList): Stretches {
    const includes = list.filter((glob) => !isExclude(glob)).map((glob) => plainOf(asFolder(glob)));
    const excludes = list.filter(isExclude).map((glob) => plainOf(asFolder(glob.slice(1))));
    if ([...includes, ...excludes].every((plain) => plain !== undefined)) {
      return this.#byName(includes as Plain[], excludes as Plain[]);
    }
    return this.#byPath(list);
  }

  /** From folder to folder, with the positions that each pattern has there; what cannot match is not entered. */
  #byName(includes: readonly Plain[], excludes: readonly Plain[]): Stretches {
    const hits: number[] = [];
    const walk = (folder: Folder, wanted: readonly At[], unwanted: readonly At[]): void => {
      if (unwanted.some(([plain, at]) => plain.all(at))) return;
      if (unwanted.length === 0 && wanted.some(([plain, at]) => plain.all(at))) {
        if (folder.end > folder.start) append(hits, folder.start, folder.end);
        return;
      }
      const own = new OwnFiles(folder, fileTest(wanted), fileTest(unwanted));
      for (const below of reachable(folder, wanted)) {
        own.takeUntil(below.start, hits);
        const inside = into(wanted, below.name);
        if (inside.length > 0) walk(below, inside, into(unwanted, below.name));
      }
      own.takeUntil(folder.end, hits);
    };
    const start = (plain: Plain): At => [plain, plain.start];
    walk(this.listing.root, includes.map(start), excludes.map(start));
    return hits;
  }

  #byPath(list: PatternList): Stretches {
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
    const stretches: number[] = [];
    for (const file of [...hits].sort((a, b) => a - b)) append(stretches, file, file + 1);
    return stretches;
  }
}
