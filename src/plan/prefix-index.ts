// Which of many lists can share a path with one more, or have a file where it has a folder: by the folders that all they
// match lies in, and by the last name where all paths are equally deep. Says nothing of whether they do.

import { isExclude, type PatternList, staticPrefix } from './patterns/index.ts';

/** What is known of the paths that an include matches. */
interface Entry {
  /** The number of the list. */
  index: number;
  prefix: string;
  /** In how many names, and the last of them; 0 where these differ. */
  depth: number;
  last: string;
}

/** What micromatch may give a meaning, but for `*` and `?` in names; names that are not told apart are none. */
const UNEVEN = /[[\]{}()!+@|"$^\\\0]|\*\*|(?:^|\/)\.{0,2}(?:\/|$)/;

function* entriesOf(list: PatternList, index: number): Generator<Entry> {
  for (const glob of list) {
    if (isExclude(glob)) continue;
    const names = UNEVEN.test(glob) ? [] : glob.split('/');
    const last = names.at(-1) ?? '*';
    const shape = /[*?]/.test(last) ? { depth: 0, last: '' } : { depth: names.length, last };
    yield { index, prefix: staticPrefix(glob), ...shape };
  }
}

function* foldersAbove(prefix: string): Generator<string> {
  for (let folder = prefix; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    yield folder;
    if (folder === '') return;
  }
}

/** So many are looked through as quickly as they are sorted. */
const FEW = 50;

/** The entries of one folder, sorted by depth and last name when there are many. */
class Entries {
  readonly #all: Entry[] = [];
  #sorted: Map<number, Map<string, Entry[]>> | undefined;

  put(entry: Entry): void {
    this.#all.push(entry);
  }

  /** Two paths that are equally deep and end with different names are not equal, and none lies in the other. */
  *near({ depth, last }: Entry): Generator<Entry> {
    if (depth === 0 || this.#all.length <= FEW) {
      yield* this.#all;
      return;
    }
    this.#sorted ??= this.#sort();
    for (const [each, byLast] of this.#sorted) {
      if (each === depth) yield* byLast.get(last) ?? [];
      else for (const entries of byLast.values()) yield* entries;
    }
  }

  #sort(): Map<number, Map<string, Entry[]>> {
    const sorted = new Map<number, Map<string, Entry[]>>();
    for (const entry of this.#all) {
      const byLast = sorted.get(entry.depth) ?? new Map<string, Entry[]>();
      const same = byLast.get(entry.last) ?? [];
      same.push(entry);
      sorted.set(entry.depth, byLast.set(entry.last, same));
    }
    return sorted;
  }
}

export class PrefixIndex {
  readonly #at = new Map<string, Entries>();
  readonly #atOrBelow = new Map<string, Entries>();
  /** By list, when it was last found: in which call of `near`. */
  readonly #found: Uint32Array;
  #calls = 0;

  constructor(lists: readonly PatternList[]) {
    this.#found = new Uint32Array(lists.length);
    for (const [index, list] of lists.entries())
      for (const entry of entriesOf(list, index)) {
        put(this.#at, entry.prefix, entry);
        for (const folder of foldersAbove(entry.prefix)) put(this.#atOrBelow, folder, entry);
      }
  }

  /** The numbers of the lists that are worth a look, ascending. */
  near(list: PatternList): number[] {
    this.#calls++;
    const found: number[] = [];
    const add = (entries: Entries | undefined, own: Entry): void => {
      for (const { index } of entries?.near(own) ?? []) {
        if (this.#found[index] === this.#calls) continue;
        this.#found[index] = this.#calls;
        found.push(index);
      }
    };
    for (const own of entriesOf(list, -1)) {
      add(this.#atOrBelow.get(own.prefix), own);
      for (const folder of foldersAbove(own.prefix)) add(this.#at.get(folder), own);
    }
    return found.sort((a, b) => a - b);
  }
}

function put(map: Map<string, Entries>, folder: string, entry: Entry): void {
  let known = map.get(folder);
  if (known === undefined) {
    known = new Entries();
    map.set(folder, known);
  }
  known.put(entry);
}
