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
export type Files = Map<RawPath, FileThere>;

interface FileThere {
  entry: Entry;
  at: FsPath;
}

export interface GivenTree {
  root: Digest;
  /** Of all contents and folders. */
  sources: Source[];
  /** As they are there. */
  files: Files;
}

/** What every remote task finds, and what of that is the same for all of them. */
export interface Shared {
  files: Files;
  /** By name what lies at the top, as a whole. */
  folders: ReadonlyMap<RawPath, { node: TreeNode; sources: Source[] }>;
}

export function sharedTree(root: string, found: Files): Shared {
  const files: Files = new Map();
  const tops = new Map<RawPath, RawPath[]>();
  for (const [path, { entry, at }] of found) {
    files.set(path, { entry: asThere(root, path, entry), at });
    const top = topOf(path);
    const paths = tops.get(top) ?? [];
    if (top !== path && paths.push(path) === 1) tops.set(top, paths);
  }
  const folders = new Map<RawPath, { node: TreeNode; sources: Source[] }>();
  for (const [top, paths] of tops) {
    const sources: Source[] = [];
    const nodes = paths.map((path): [RawPath, TreeNode] => {
      const { entry, at } = files.get(path) as FileThere;
      return [path.slice(top.length + 1) as RawPath, nodeOf(entry, at, sources)];
    });
    const tree = merkleTree(nodes);
    for (const bytes of tree.directories.values()) sources.push(sourceOf(digestOf(bytes), bytes));
    folders.set(top, { node: { kind: 'folder', digest: tree.root }, sources });
  }
  return { files, folders };
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
  shared: Shared,
  own: ReadonlyMap<string, Buffer>,
): GivenTree {
  // Also those that its writes only lead through: it may write into one, and what does not come back counts as removed.
  const passed = [...written.folders.keys()].filter((path) => !itsOwn.has(path));
  const empty = [...emptyFolders, ...passed];
  const files: Files = new Map(shared.files);
  for (const [path, entry] of entries)
    files.set(path, { entry: asThere(root, path, entry), at: locate(root, path) });
  // Where nothing of the task's own lies a folder is as it is for all.
  const touched = new Set([...[...entries.keys()].map(topOf), ...empty.flatMap(topAbove)]);
  const whole = [...shared.folders].filter(([top]) => !touched.has(top));
  const isWhole = new Set(whole.map(([top]) => top));
  const sources: Source[] = [];
  const nodes: [RawPath, TreeNode][] = [];
  for (const [top, folder] of whole) {
    nodes.push([below(top), folder.node]);
    for (const source of folder.sources) sources.push(source);
  }
  for (const [path, { entry, at }] of files)
    if (!isWhole.has(topOf(path))) nodes.push([below(path), nodeOf(entry, at, sources)]);
  for (const [path, bytes] of own) {
    const digest = digestOf(bytes);
    nodes.push([rawPath(path), { kind: 'file', oid: digest.hash, size: digest.size, isExecutable: false }]);
    sources.push(sourceOf(digest, bytes));
  }
  const tree = merkleTree(nodes, [rawPath(TREE), ...empty.filter((path) => !isWhole.has(path)).map(below)]);
  for (const bytes of tree.directories.values()) sources.push(sourceOf(digestOf(bytes), bytes));
  return { root: tree.root, sources, files };
}

const topOf = (path: RawPath): RawPath => path.split('/', 1)[0] as RawPath;
/** Of what lies in it. */
const topAbove = (path: RawPath): RawPath[] => (path.includes('/') ? [topOf(path)] : []);

const below = (path: RawPath): RawPath => `${TREE}/${path}` as RawPath;

const asThere = (root: string, path: RawPath, entry: Entry): Entry =>
  entry.kind === 'link' ? { ...entry, target: targetThere(root, path, entry.target) } : entry;

/** Its contents are added to the sources. */
function nodeOf(entry: Entry, at: FsPath, sources: Source[]): TreeNode {
  if (entry.kind === 'link') return { kind: 'link', target: entry.target };
  const size = sizeIn(entry.print);
  sources.push(sourceAt({ hash: entry.oid, size }, at));
  return { kind: 'file', oid: entry.oid, size, isExecutable: (entry.mode & 0o100) !== 0 };
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
