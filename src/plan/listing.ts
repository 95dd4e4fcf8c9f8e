// The files there are, as far as somebody wants to know them: the one place where planning looks at the disk.

import { entryAt, folderReader, isRemembered, LINK, type ReadFolder } from './listing-folder.ts';
import { type Folder, Listing } from './listing-tree.ts';

/** Files at or below a path of the root ('' for everything), but for those below some folders. */
export interface Want {
  prefix: string;
  except: readonly string[];
}

/** The wanted files as paths, sorted by code units. */
export const listFiles = (root: string, wants: Iterable<Want>): string[] => listTree(root, wants).paths();

/**
 * The wanted files, tracked or not, ignored or not, in the order of their paths. A folder that nobody wants anything
 * of is not opened. A symbolic link is a file, wherever it leads.
 */
export function listTree(root: string, wants: Iterable<Want>, given?: ReadFolder): Listing {
  const wanted = new Wanted(wants);
  const listing = new Listing();
  const read = given ?? folderReader(root);
  /** Of a folder that is only on the way: to read all of it would take long for one of a thousand names in it. */
  const readOnTheWay = (folder: string): readonly string[] => {
    const names = wanted.next(folder);
    // A reader that is given remembers what whole folders hold.
    if (given !== undefined || !names.every(isRemembered)) return read(folder);
    const found = names.map((name) => entryAt(root, folder, name)).filter((entry) => entry !== undefined);
    return found.sort((a, b) => (unmarked(a) < unmarked(b) ? -1 : 1));
  };
  const walk = (folder: Folder, above: readonly Want[]): void => {
    const here = wanted.at(folder.path, above);
    if (here.length > 0 || wanted.leadsOn(folder.path)) {
      const { path } = folder;
      for (const marked of here.length > 0 ? read(path) : readOnTheWay(path)) {
        const entry = unmarked(marked);
        const full = path === '' ? entry : `${path}/${entry}`;
        if (entry !== marked) listing.links.push(full);
        if (entry.endsWith('/')) walk(listing.addFolder(folder, entry.slice(0, -1)), here);
        else if (here.length > 0 || wanted.names(full)) listing.addFile(folder, entry);
      }
    }
    listing.close(folder);
  };
  walk(listing.root, []);
  return listing;
}

const unmarked = (entry: string): string => (entry.endsWith(LINK) ? entry.slice(0, -LINK.length) : entry);

/** A path and all folders above it, the root as ''. */
function* upwards(path: string): Generator<string> {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
  yield '';
}

/** What is wanted, by prefix. */
export class Wanted {
  readonly #byPrefix = new Map<string, Want[]>();
  /** Folders above what is wanted, each with the names in it that lead there. */
  readonly #onTheWay = new Map<string, Set<string>>();

  constructor(wants: Iterable<Want>) {
    const seen = new Set<string>();
    for (const want of wants) {
      const key = [want.prefix, ...want.except].join('\0');
      if (seen.has(key)) continue;
      seen.add(key);
      const known = this.#byPrefix.get(want.prefix);
      if (known === undefined) this.#byPrefix.set(want.prefix, [want]);
      // One that makes no exception stands for all others of the same prefix.
      else if (want.except.length === 0) known.splice(0, known.length, want);
      else if (known[0]?.except.length !== 0) known.push(want);
      let below: string | undefined;
      for (const folder of upwards(want.prefix)) {
        const names = this.#onTheWay.get(folder) ?? new Set<string>();
        if (below !== undefined) names.add(below.slice(folder === '' ? 0 : folder.length + 1));
        if (this.#onTheWay.has(folder) && folder !== want.prefix) break;
        this.#onTheWay.set(folder, names);
        below = folder;
      }
    }
  }

  /** The wants that reach into a folder, given those that reach into the one above; none where none does. */
  at(folder: string, above: readonly Want[]): readonly Want[] {
    if (above.length === 1 && above[0]?.except.length === 0) return above;
    const own = this.#byPrefix.get(folder) ?? [];
    const whole = own.find(({ except }) => except.length === 0);
    if (whole !== undefined) return [whole];
    if (above.every(({ except }) => !except.includes(folder))) {
      return own.length === 0 ? above : [...above, ...own];
    }
    return [...above.filter(({ except }) => !except.includes(folder)), ...own];
  }

  /** Whether something is wanted of what lies deeper. */
  leadsOn(folder: string): boolean {
    return this.#onTheWay.has(folder);
  }

  /** The names in a folder that lead there. */
  next(folder: string): string[] {
    return [...(this.#onTheWay.get(folder) ?? [])];
  }

  /** Whether just this path is wanted. */
  names(path: string): boolean {
    return this.#byPrefix.has(path);
  }
}
