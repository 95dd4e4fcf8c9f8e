// Files of the work tree as they are now, byte for byte: what their blobs are called, and kept in the object store.
// One process however many there are, and no index, which takes longer to read and write than a few files.

import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readlinkSync } from 'node:fs';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import { GitError, git, gitLine } from './git.ts';
import { removal } from './index-file.ts';
import { type ObjectFormat, objectFormatOf, putBlob } from './objects.ts';
import { pathKinds } from './path-kind.ts';
import { GITLINK, isThere, type Repository } from './repository.ts';
import { type Blob, editTree, entriesAt } from './tree.ts';

/**
 * Undefined for what is not there, or lies beyond a link. Ignored files are taken like any others.
 * @param held what is in the store already: files that are still so are not put there again
 */
export async function hashFiles(
  repository: Repository,
  paths: Iterable<RawPath>,
  held: ReadonlyMap<RawPath, Blob> = new Map(),
): Promise<Map<RawPath, Blob | undefined>> {
  const { top } = repository;
  const kindOf = pathKinds(top);
  const format = objectFormatOf(repository);
  const found = new Map<RawPath, Blob | undefined>();
  const files: { path: RawPath; mode: string }[] = [];
  for (const path of paths) {
    found.set(path, undefined);
    const [is, at] = [kindOf(path), locate(top, path)];
    if (is === 'folder') found.set(path, await pinOf(at));
    if (is !== 'file') continue;
    const stats = lstatSync(at);
    if (stats.isSymbolicLink())
      found.set(path, { mode: '120000', oid: await putBlob(repository, readlinkSync(at, 'buffer')) });
    if (!stats.isFile()) continue;
    const mode = (stats.mode & 0o100) === 0 ? '100644' : '100755';
    const known = held.get(path);
    if (known?.mode === mode && (await idOf(at, stats.size, format)) === known.oid) found.set(path, known);
    else files.push({ path, mode });
  }
  if (files.length === 0) return found;
  const input = Buffer.from(files.map(({ path }) => `${quoted(path)}\n`).join(''), 'latin1');
  const args = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  const oids = (await git(top, args, { input })).stdout.toString('latin1').trimEnd().split('\n');
  if (oids.length !== files.length) throw new GitError(args, 0, '', 'git has not told of every file');
  for (const [at, { path, mode }] of files.entries()) found.set(path, { mode, oid: oids[at] as string });
  return found;
}

/**
 * The same tree, with these paths as they are in the work tree now: ignored ones too, those that are gone removed. Where a folder
 * stands now the path counts as gone, unless it is a submodule of the tree; what is in it are other paths.
 */
export async function updateTree(
  repository: Repository,
  tree: string,
  paths: Iterable<RawPath>,
): Promise<string> {
  const all = [...paths];
  const held = await entriesAt(repository, tree, all);
  const now = [...(await hashFiles(repository, all, held))].map(([path, blob]) => {
    const isPin = blob?.mode === GITLINK && held.get(path)?.mode !== GITLINK;
    return blob === undefined || isPin ? removal(path, tree) : { path, ...blob };
  });
  const changed = now.filter(({ path, mode, oid }) => {
    const was = held.get(path);
    return mode === '0' ? was !== undefined : was?.oid !== oid || was.mode !== mode;
  });
  const isGone = ({ mode }: { mode: string }): number => (mode === '0' ? 0 : 1);
  // What is gone goes first: a folder may stand there now.
  return editTree(
    repository,
    tree,
    changed.sort((a, b) => isGone(a) - isGone(b)),
  );
}

/** What a file would be called as a blob; no name at all where it is changed meanwhile. */
async function idOf(at: FsPath, size: number, format: ObjectFormat): Promise<string | undefined> {
  const hash = createHash(format).update(`blob ${size}\0`);
  let length = 0;
  try {
    for await (const chunk of createReadStream(at)) {
      hash.update(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
  } catch {
    return undefined;
  }
  return length === size ? hash.digest('hex') : undefined;
}

/** The commit that a repository within the work tree has checked out; any other folder is nothing that git could hold. */
export async function pinOf(at: FsPath): Promise<Blob | undefined> {
  const folder = String(at);
  if (!isThere(`${folder}/.git`)) return undefined;
  const oid = await gitLine(folder, ['rev-parse', '--verify', 'HEAD'], { accept: [0, 128] });
  return oid === '' ? undefined : { mode: GITLINK, oid };
}

/** As git reads a line of paths: one in quotes is taken for C. */
const quoted = (path: RawPath): string =>
  /^"|\n/.test(path)
    ? `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
    : path;
