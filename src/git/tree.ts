// Trees of the object store: read, compared, changed and made of an index file's entries. Renames are not looked for: a path is a
// path. What an object says is taken apart and put together here, too.

import { changesBetween, type PathChange } from '../base/path-change.ts';
import type { RawPath } from '../base/raw-path.ts';
import { GitError } from './git.ts';
import { type IndexEntry, removal } from './index-file.ts';
import type { IndexStat } from './index-stat.ts';
import { readObject, writeObject } from './objects.ts';
import type { Repository } from './repository.ts';

/** What stands at a path of a tree. */
export interface Blob {
  mode: string;
  oid: string;
}

export type TreeChange = PathChange<Blob>;

/** By name; a folder in it is an entry like any other. */
export type Listing = ReadonlyMap<string, Blob>;

const FOLDER = '40000';
const EMPTY: Listing = new Map();

const isFolder = (entry: Blob | undefined): entry is Blob & { mode: typeof FOLDER } => entry?.mode === FOLDER;

/** The records of a tree object: mode, name, NUL, the bytes of the object's name. */
export function parseTree(content: Buffer, oidBytes: number): Listing {
  const found = new Map<string, Blob>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const next = end + 1 + oidBytes;
    found.set(content.toString('latin1', space + 1, end), {
      mode: content.toString('latin1', at, space),
      oid: content.toString('hex', end + 1, next),
    });
    at = next;
  }
  return found;
}

/** Sorted as git sorts: a folder as if its name ended with `/`. */
export function formatTree(listing: Listing): Buffer {
  const key = ([name, entry]: [string, Blob]): string => (isFolder(entry) ? `${name}/` : name);
  const sorted = [...listing].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(([name, { mode, oid }]) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(oid, 'hex'),
    ]),
  );
}

/** @param tree or a commit, whose tree it is then */
async function listingOf({ top }: Repository, tree: string): Promise<Listing> {
  const { oid, content } = await readObject(top, `${tree}^{tree}`);
  return parseTree(content, oid.length / 2);
}

/** The tree of a commit; without one the empty one. */
export const treeOf = async (repository: Repository, commit: string | undefined): Promise<string> =>
  commit === undefined
    ? writeObject(repository, 'tree', Buffer.alloc(0))
    : (await readObject(repository.top, `${commit}^{tree}`)).oid;

/** From a tree or commit to another, sorted by path. Folders that are the same in both are not looked into. */
export async function treeChanges(repository: Repository, from: string, to: string): Promise<TreeChange[]> {
  const changes: TreeChange[] = [];

  async function compare(folder: string, before: string | undefined, after: string | undefined) {
    if (before === after) return;
    const [was, is] = await Promise.all(
      [before, after].map((tree) => (tree === undefined ? EMPTY : listingOf(repository, tree))),
    );
    const isSame = (one: Blob, other: Blob): boolean => one.oid === other.oid && one.mode === other.mode;
    await Promise.all(
      changesBetween(was as Listing, is as Listing, isSame).map(
        async ({ path: name, before: old, after: now }) => {
          const path = `${folder}${name}` as RawPath;
          const [oldFile, newFile] = [old, now].map((entry) => (isFolder(entry) ? undefined : entry));
          if (oldFile !== undefined || newFile !== undefined)
            changes.push({ path, ...(oldFile && { before: oldFile }), ...(newFile && { after: newFile }) });
          const [oldTree, newTree] = [old, now].map((entry) => (isFolder(entry) ? entry.oid : undefined));
          await compare(`${path}/`, oldTree, newTree);
        },
      ),
    );
  }

  await compare('', from, to);
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the changes leave, as an index file takes it. */
export const entriesAfter = (changes: readonly TreeChange[]): IndexEntry[] =>
  changes.map(({ path, before, after }) =>
    after === undefined ? removal(path, before?.oid ?? '') : { path, ...after },
  );

/** All files, links and submodules of a tree or commit. */
export async function treeEntries(repository: Repository, tree: string): Promise<IndexEntry[]> {
  const found: IndexEntry[] = [];

  async function list(folder: string, oid: string): Promise<void> {
    const below: Promise<void>[] = [];
    for (const [name, entry] of await listingOf(repository, oid)) {
      const path = `${folder}${name}` as RawPath;
      if (isFolder(entry)) below.push(list(`${path}/`, entry.oid));
      else found.push({ path, ...entry });
    }
    await Promise.all(below);
  }

  await list('', tree);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What stands at these paths of a tree, of each that is a file, a link or a submodule there. */
export async function entriesAt(
  repository: Repository,
  tree: string,
  paths: readonly RawPath[],
): Promise<Map<RawPath, Blob>> {
  const folder = await openFolders(repository, tree, paths);
  const found = new Map<RawPath, Blob>();
  for (const path of paths) {
    let at: Folder | Blob | undefined = folder;
    for (const name of path.split('/')) at = at instanceof Map ? at.get(name) : undefined;
    if (at !== undefined && !(at instanceof Map) && !isFolder(at)) found.set(path, at);
  }
  return found;
}

/** One that has been read, to be changed. What was not read is an entry. */
type Folder = Map<string, Folder | Blob>;

/** The tree with all folders read that lead to these paths. */
async function openFolders(repository: Repository, tree: string, paths: readonly RawPath[]): Promise<Folder> {
  async function open(oid: string, within: readonly string[]): Promise<Folder> {
    const folder: Folder = new Map(await listingOf(repository, oid));
    const below = new Map<string, string[]>();
    for (const path of within) {
      const slash = path.indexOf('/');
      if (slash < 0) continue;
      const name = path.slice(0, slash);
      below.set(name, [...(below.get(name) ?? []), path.slice(slash + 1)]);
    }
    await Promise.all(
      [...below].map(async ([name, rest]) => {
        const entry = folder.get(name);
        if (!(entry instanceof Map) && isFolder(entry)) folder.set(name, await open(entry.oid, rest));
      }),
    );
    return folder;
  }
  return open(tree, paths);
}

/** The same tree with other entries, one after the other; what stands in the way of one gives way. See `removal`. */
export async function editTree(
  repository: Repository,
  tree: string,
  entries: readonly IndexEntry[],
): Promise<string> {
  if (entries.length === 0) return tree;
  const root = await openFolders(
    repository,
    tree,
    entries.map(({ path }) => path),
  );
  for (const { path, mode, oid } of entries) {
    const names = path.split('/');
    const last = names.pop() as string;
    if (mode === '0') remove(root, names, last);
    else openUp(root, names).set(last, { mode, oid });
  }
  return (await writeFolder(repository, root)) ?? treeOf(repository, undefined);
}

function remove(root: Folder, names: readonly string[], last: string): void {
  let at: Folder | Blob | undefined = root;
  for (const name of names) at = at instanceof Map ? at.get(name) : undefined;
  const entry = at instanceof Map ? at.get(last) : undefined;
  if (at instanceof Map && entry !== undefined && !(entry instanceof Map) && !isFolder(entry))
    at.delete(last);
}

function openUp(root: Folder, names: readonly string[]): Folder {
  let at = root;
  for (const name of names) {
    const next = at.get(name);
    const folder: Folder = next instanceof Map ? next : new Map();
    at.set(name, folder);
    at = folder;
  }
  return at;
}

/** Undefined for one with nothing in it: git has no such thing, but for the top. */
async function writeFolder(repository: Repository, folder: Folder): Promise<string | undefined> {
  const written = await Promise.all(
    [...folder].map(async ([name, entry]): Promise<[string, Blob][]> => {
      if (!(entry instanceof Map)) return [[name, entry]];
      const oid = await writeFolder(repository, entry);
      return oid === undefined ? [] : [[name, { mode: FOLDER, oid }]];
    }),
  );
  const listing = new Map(written.flat());
  return listing.size === 0 ? undefined : writeObject(repository, 'tree', formatTree(listing));
}

/**
 * The tree of all that an index file holds. Of folders in which nothing has changed since git wrote a tree of it, the index says
 * what that is. Whether the contents are in the store is not asked. Throws `GitError` where a path is in conflict.
 */
export function treeOfIndex(repository: Repository, index: IndexStat): Promise<string> {
  const { entries, trees } = index;

  async function write(folder: string, start: number, end: number): Promise<string | undefined> {
    const known = trees.get(folder);
    if (known?.count === end - start) return known.oid;
    const open: Folder = new Map();
    const below: Promise<void>[] = [];
    for (let at = start; at < end; ) {
      const entry = entries[at] as (typeof entries)[number];
      const slash = entry.path.indexOf('/', folder.length);
      if (slash < 0) {
        if (entry.stage !== 0) throw new GitError(['write-tree'], 0, '', `${entry.path} is in conflict`);
        const oid = index.contentOf(entry);
        if (oid !== undefined) open.set(entry.path.slice(folder.length), { mode: entry.mode, oid });
        at += 1;
        continue;
      }
      const inner = entry.path.slice(0, slash + 1);
      let next = at + 1;
      while (next < end && entries[next]?.path.startsWith(inner)) next += 1;
      const name = entry.path.slice(folder.length, slash);
      below.push(
        write(inner, at, next).then((oid) => {
          if (oid !== undefined) open.set(name, { mode: FOLDER, oid });
        }),
      );
      at = next;
    }
    await Promise.all(below);
    return writeFolder(repository, open);
  }

  return write('', 0, entries.length).then((oid) => oid ?? treeOf(repository, undefined));
}
