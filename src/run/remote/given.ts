// What a task finds on another machine: its inputs, what every remote task finds, and what other tasks hand to it; as a tree, and as
// contents to upload.

import { createReadStream } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { type FsPath, locate, type RawPath, rawPath, shownPath } from '../../base/raw-path.ts';
import { sizeIn } from '../../base/stat-fingerprint.ts';
import { type Digest, digestOf } from '../../cache/action.ts';
import { merkleTree, type TreeNode } from '../../cache/merkle.ts';
import type { TaskInputs } from '../../cache/task-inputs.ts';
import { type Source, sourceOf } from '../../remote/contents.ts';
import { LARGE, readSmall } from '../../store/content.ts';
import type { Entry } from '../../store/image.ts';
import { TREE } from './script.ts';

/** Files by path relative to the root, each with where it lies here. */
export type Files = Map<RawPath, { entry: Entry; at: FsPath }>;

export interface GivenTree {
  root: Digest;
  /** Of all contents and folders. */
  sources: Source[];
  /** As they are there. */
  files: Files;
}

/** @param own what other tasks hand over, by path beside the tree */
export function givenTree(
  root: string,
  {
    entries,
    emptyFolders,
    written,
    own: itsOwn,
  }: Pick<TaskInputs, 'entries' | 'emptyFolders' | 'written' | 'own'>,
  shared: Files,
  own: ReadonlyMap<string, Buffer>,
): GivenTree {
  const files: Files = new Map();
  const add = (path: RawPath, { entry, at }: { entry: Entry; at: FsPath }): unknown =>
    files.set(path, { entry: asThere(root, path, entry), at });
  for (const [path, file] of shared) add(path, file);
  for (const [path, entry] of entries) add(path, { entry, at: locate(root, path) });
  const sources: Source[] = [];
  const nodes: [RawPath, TreeNode][] = [];
  for (const [path, { entry, at }] of files) {
    const node = nodeOf(entry);
    nodes.push([below(path), node]);
    if (node.kind === 'file') sources.push(sourceAt({ hash: node.oid, size: node.size }, at));
  }
  for (const [path, bytes] of own) {
    const digest = digestOf(bytes);
    nodes.push([rawPath(path), { kind: 'file', oid: digest.hash, size: digest.size, isExecutable: false }]);
    sources.push(sourceOf(digest, bytes));
  }
  // Also those that its writes only lead through: it may write into one, and what does not come back counts as removed.
  const passed = [...written.folders.keys()].filter((path) => !itsOwn.has(path));
  const tree = merkleTree(nodes, [rawPath(TREE), ...[...emptyFolders, ...passed].map(below)]);
  for (const bytes of tree.directories.values()) sources.push(sourceOf(digestOf(bytes), bytes));
  return { root: tree.root, sources, files };
}

const below = (path: RawPath): RawPath => `${TREE}/${path}` as RawPath;

const asThere = (root: string, path: RawPath, entry: Entry): Entry =>
  entry.kind === 'link' ? { ...entry, target: targetThere(root, path, entry.target) } : entry;

function nodeOf(entry: Entry): TreeNode {
  if (entry.kind === 'link') return { kind: 'link', target: entry.target };
  return {
    kind: 'file',
    oid: entry.oid,
    size: sizeIn(entry.print),
    isExecutable: (entry.mode & 0o100) !== 0,
  };
}

/** A link that names the whole way to something in the repository leads to the same there. */
function targetThere(root: string, path: RawPath, target: RawPath): RawPath {
  const shown = shownPath(target);
  if (!isAbsolute(shown)) return target;
  const way = relative(root, resolve(shown));
  if (way.startsWith('..') || isAbsolute(way)) return target;
  return rawPath(relative(dirname(join(root, shownPath(path))), join(root, way)));
}

/** Whoever edits it meanwhile is found out: the server takes nothing that is not what it is named. */
const sourceAt = (digest: Digest, at: FsPath): Source => ({
  digest,
  read: () => (digest.size > LARGE ? createReadStream(at) : piecesOf(at)),
});

function* piecesOf(at: FsPath): Generator<Uint8Array> {
  const bytes = readSmall(at);
  if (bytes !== undefined) yield bytes;
}
