// Files and links as a tree of `Directory` messages, each named by the digest of its bytes: equal trees have equal roots. Unaware of
// the disk. Other properties of files, such as when they were changed, are no part of it.

import type { RawPath } from '../base/raw-path.ts';
import type { Oid } from '../store/content.ts';
import {
  type Digest,
  type DirectoryNode,
  digestOf,
  encodeDirectory,
  type FileNode,
  type SymlinkNode,
} from './action.ts';

export type TreeNode =
  | { kind: 'file'; oid: Oid; size: number; isExecutable: boolean }
  | { kind: 'link'; target: RawPath }
  /** One whose bytes are known already, and in which nothing else lies. */
  | { kind: 'folder'; digest: Digest };

export interface MerkleTree {
  root: Digest;
  /** The bytes of each folder by their hash, the root among them. */
  directories: Map<Oid, Buffer>;
}

const ROOT = '' as RawPath;

interface Folder {
  name: RawPath;
  /** Undefined for the root. */
  parent: Folder | undefined;
  files: FileNode[];
  directories: DirectoryNode[];
  symlinks: SymlinkNode[];
}

/**
 * The folders that lead to an entry are there by that; `emptyFolders` are there in any case. In any order. Throws where a path is
 * there twice, or is both a folder and something else.
 */
export function merkleTree(
  entries: Iterable<readonly [RawPath, TreeNode]>,
  emptyFolders: Iterable<RawPath> = [],
): MerkleTree {
  const folders = new Folders();
  for (const [path, node] of entries) {
    const name = nameOf(path);
    const folder = folders.at(parentOf(path));
    if (node.kind === 'link') folder.symlinks.push({ name, target: node.target });
    else if (node.kind === 'folder') folder.directories.push({ name, digest: node.digest });
    else {
      const { oid: hash, size, isExecutable } = node;
      folder.files.push({ name, digest: { hash, size }, isExecutable });
    }
  }
  for (const path of emptyFolders) folders.at(path);

  const directories = new Map<Oid, Buffer>();
  let root: Digest | undefined;
  for (const folder of folders.innermostFirst()) {
    const bytes = encodeDirectory(folder);
    const digest = digestOf(bytes);
    directories.set(digest.hash, bytes);
    if (folder.parent === undefined) root = digest;
    else folder.parent.directories.push({ name: folder.name, digest });
  }
  return { root: root as Digest, directories };
}

class Folders {
  /** By path; what a folder lies in comes before it. */
  readonly #all = new Map([[ROOT, newFolder(ROOT, undefined)]]);

  at(path: RawPath): Folder {
    const missing: RawPath[] = [];
    let known = this.#all.get(path);
    for (let at = path; known === undefined; known = this.#all.get(at)) {
      missing.push(at);
      at = parentOf(at);
    }
    for (const at of missing.reverse()) {
      known = newFolder(nameOf(at), known);
      this.#all.set(at, known);
    }
    return known;
  }

  innermostFirst(): Folder[] {
    return [...this.#all.values()].reverse();
  }
}

const newFolder = (name: RawPath, parent: Folder | undefined): Folder => ({
  name,
  parent,
  files: [],
  directories: [],
  symlinks: [],
});

const nameOf = (path: RawPath): RawPath => path.slice(path.lastIndexOf('/') + 1) as RawPath;

function parentOf(path: RawPath): RawPath {
  const slash = path.lastIndexOf('/');
  if (slash === 0) throw new Error(`not a path in the tree: "${path}"`);
  return (slash < 0 ? ROOT : path.slice(0, slash)) as RawPath;
}
