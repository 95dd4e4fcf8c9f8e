// The files there are under the names that lists are compared by. Looks at the disk through the listing and the identity.

import { Identity } from './canonical-path.ts';
import { listTree } from './listing.ts';
import type { DirectoryCache } from './listing-cache.ts';
import { type Folder, Listing } from './listing-tree.ts';
import type { PatternList } from './patterns/index.ts';
import { wantsOf } from './touches.ts';

export interface Survey {
  listing: Listing;
  /** The same files by the names that the parts of the lists have for them; the listing itself where they are the same. */
  named: Listing;
  identity: Identity;
  /** The path of a file by its name in `named`. */
  shown: (name: string) => string;
}

/** Links that lead to links are found one after the other; a chain longer than this is followed by its patterns only. */
const MAX_ROUNDS = 4;

export function survey(root: string, lists: readonly PatternList[], memory: DirectoryCache): Survey {
  let listing = listTree(root, lists.flatMap(wantsOf), memory.reader());
  let identity = Identity.of(root, listing, lists);
  for (let round = 0; round < MAX_ROUNDS && identity.hasLinks; round++) {
    const found = listing.links.length;
    const parts = lists.flatMap((list) => identity.canonical(list).map((part) => part.list));
    listing = listTree(root, [...lists, ...parts].flatMap(wantsOf), memory.reader());
    if (listing.links.length === found) break;
    identity = Identity.of(root, listing, lists);
  }
  return { listing, ...byName(listing, identity), identity };
}

function byName(listing: Listing, identity: Identity): Pick<Survey, 'named' | 'shown'> {
  const same = { named: listing, shown: (name: string) => name };
  if (identity.isPlain) return same;
  const paths = listing.paths();
  const names = paths.map((path) => identity.path(path));
  const pathOf = new Map(names.map((name, file) => [name, paths[file] as string]));
  if (names.every((name, file) => name === paths[file])) return same;
  return { named: listingOf([...pathOf.keys()].sort()), shown: (name) => pathOf.get(name) ?? name };
}

/** A listing of sorted paths. */
export function listingOf(paths: readonly string[]): Listing {
  const listing = new Listing();
  let open: Folder[] = [listing.root];
  for (const path of paths) {
    const folders = path.split('/');
    const name = folders.pop() as string;
    const same = open.slice(1).findIndex((folder, at) => folder.name !== folders[at]);
    const kept = Math.min(same < 0 ? open.length - 1 : same, folders.length);
    for (const folder of open.slice(kept + 1).reverse()) listing.close(folder);
    open = open.slice(0, kept + 1);
    for (const folder of folders.slice(kept)) open.push(listing.addFolder(open.at(-1) as Folder, folder));
    listing.addFile(open.at(-1) as Folder, name);
  }
  for (const folder of open.reverse()) listing.close(folder);
  return listing;
}
