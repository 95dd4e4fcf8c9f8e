// Which names in lists of globs are those of folders: people write `dist` and mean all that is in it. Pure; the files there
// are come in as a listing.

import type { Links } from './file-system.ts';
import { membersOf } from './interval-set.ts';
import type { Link } from './link-index.ts';
import type { Folder, Listing } from './listing-tree.ts';
import {
  asFolder,
  isExclude,
  matcher,
  mayBeFolder,
  type PatternList,
  staticPrefix,
} from './patterns/index.ts';
import { Expansion } from './touches.ts';

/** A last name with an extension of letters, `report.html`: not there yet, it will be a file, as far as anybody can tell. */
const FILE_NAME = /[^/.][^/]*\.\p{L}[\p{L}\p{N}]*$/u;

export class NamedFolders {
  readonly #listing: Listing;
  readonly #links: ReadonlySet<string>;
  /** Links of which it is not known what they lead to. */
  readonly #unclear: ReadonlySet<string>;
  readonly #known = new Map<string, string>();
  #expansion: Expansion | undefined;

  constructor(listing: Listing, { links, fileLinks }: Readonly<Record<keyof Links, readonly Link[]>>) {
    this.#listing = listing;
    this.#links = new Set(links.map(({ link }) => link));
    const toFiles = new Set(fileLinks.map(({ link }) => link));
    this.#unclear = new Set(listing.links.filter((link) => !toFiles.has(link)));
  }

  /** The list itself where it names none; otherwise each folder has its slash. An exclude leaves out whatever has its name. */
  in(list: PatternList): PatternList {
    const read = list.map((pattern) =>
      isExclude(pattern) ? `!${asFolder(pattern.slice(1))}` : this.#read(pattern),
    );
    return read.every((pattern, at) => pattern === list[at]) ? list : read;
  }

  #read(pattern: string): string {
    let known = this.#known.get(pattern);
    if (known === undefined) {
      known = mayBeFolder(pattern) && this.#isFolder(pattern) ? `${pattern}/` : pattern;
      this.#known.set(pattern, known);
    }
    return known;
  }

  /** As what has the name today is; where nothing has it, as the name sounds: no conflict may be missed. */
  #isFolder(pattern: string): boolean {
    const path = pattern.startsWith('./') ? pattern.slice(2) : pattern;
    const is = staticPrefix(pattern) === path ? this.#kindOf(path) : this.#kindOfAny(pattern);
    return is === undefined ? !FILE_NAME.test(path) : is === 'folder';
  }

  #kindOf(path: string): 'folder' | 'file' | undefined {
    if (this.#links.has(path)) return 'folder';
    const names = path.split('/');
    const name = names.pop() as string;
    let folder: Folder | undefined = this.#listing.root;
    for (const each of names) folder = folder?.folder(each);
    if (folder?.folder(name) !== undefined) return 'folder';
    return folder?.hasFile(name) && !this.#unclear.has(path) ? 'file' : undefined;
  }

  /** Of a pattern that has several names. */
  #kindOfAny(pattern: string): 'folder' | 'file' | undefined {
    const isIn = matcher([pattern]);
    if ([...this.#links].some(isIn)) return 'folder';
    this.#expansion ??= new Expansion(this.#listing);
    let kind: 'file' | undefined;
    for (const file of membersOf(this.#expansion.of([pattern]))) {
      const path = this.#listing.path(file);
      if (isIn(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) return 'folder';
      kind = 'file';
    }
    return kind;
  }
}
