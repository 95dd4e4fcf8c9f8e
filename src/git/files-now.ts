// Files of the work tree as they are now, byte for byte: what their blobs are called, and kept in the object store.
// One process however many there are, and no index, which takes longer to read and write than a few files.

import { lstatSync, readlinkSync } from 'node:fs';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import type { Blob } from './diff.ts';
import { GitError, git, gitLine } from './git.ts';
import { putBlob } from './objects.ts';
import { presence } from './presence.ts';
import { GITLINK, isThere, type Repository } from './repository.ts';

/** Undefined for what is not there, or lies beyond a link. Ignored files are taken like any others. */
export async function filesNow(
  repository: Repository,
  paths: Iterable<RawPath>,
): Promise<Map<RawPath, Blob | undefined>> {
  const { top } = repository;
  const whatIs = presence(top);
  const found = new Map<RawPath, Blob | undefined>();
  const files: { path: RawPath; mode: string }[] = [];
  for (const path of paths) {
    found.set(path, undefined);
    const [is, at] = [whatIs(path), locate(top, path)];
    if (is === 'folder') found.set(path, await pinOf(at));
    if (is !== 'file') continue;
    const stats = lstatSync(at);
    if (stats.isSymbolicLink())
      found.set(path, { mode: '120000', oid: await putBlob(repository, readlinkSync(at, 'buffer')) });
    else if (stats.isFile()) files.push({ path, mode: (stats.mode & 0o100) === 0 ? '100644' : '100755' });
  }
  if (files.length === 0) return found;
  const input = Buffer.from(files.map(({ path }) => `${quoted(path)}\n`).join(''), 'latin1');
  const args = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  const oids = (await git(top, args, { input })).stdout.toString('latin1').trimEnd().split('\n');
  if (oids.length !== files.length) throw new GitError(args, 0, '', 'git has not told of every file');
  for (const [at, { path, mode }] of files.entries()) found.set(path, { mode, oid: oids[at] as string });
  return found;
}

/** The commit of a repository of its own; any other folder is nothing that git could hold. */
async function pinOf(at: FsPath): Promise<Blob | undefined> {
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
