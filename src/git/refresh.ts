// Makes a used worktree the same as a fresh one at another commit, by difference, or says why it cannot. Unaware of
// branches.

import { chmodSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locate, type RawPath } from '../base/raw-path.ts';
import { git, records } from './git.ts';
import { copyIndex, type IndexEntry, indexEntries } from './index-file.ts';
import { adminDir, adminDirOf, type Owned, workTreeOf } from './owned.ts';
import { listFolder, removeAll } from './remove-folder.ts';
import { GITLINK, type Repository } from './repository.ts';

/** In the worktree's folder in the repository: what we keep there ourselves, which goes with it. */
export const OWN_FOLDER = 'ptask';

/**
 * The index as the last checkout has left it: whatever a task does to its own index, this one tells what the disk
 * held.
 */
const pristine = (admin: string): string => join(admin, OWN_FOLDER, 'pristine');

/** Puts the commit's files on the disk, and what is tracked without being of the commit away. */
export async function checkOut(path: string, admin: string, commit: string): Promise<void> {
  await git(path, ['read-tree', '-u', '--reset', commit]);
  copyIndex(join(admin, 'index'), pristine(admin));
}

/** A sentence without a full stop when the worktree is not surely the one we made. */
export function whyNotRefreshed(repository: Repository, owned: Owned): string | undefined {
  const admin = adminDir(repository, owned);
  const common = () => resolve(admin, readFileSync(join(admin, 'commondir'), 'utf8').trim());
  try {
    if (!lstatSync(owned.path).isDirectory() || adminDirOf(owned.path) !== admin)
      return 'it is not our worktree any more';
    if (workTreeOf(admin) !== owned.path || common() !== repository.commonDir)
      return 'git knows it by another place';
    if (!/^(?:ref: refs\/heads\/|[0-9a-f]{40,})/.test(readFileSync(join(admin, 'HEAD'), 'utf8')))
      return 'its HEAD is broken';
    statSync(pristine(admin));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Nothing of what was done in the worktree remains, but for the paths in `keep`: not files, folders or their
 * permissions, nor a half-done merge, bits in the index or settings. HEAD must have been set before. Returns why it
 * did not work out, a sentence without a full stop.
 */
export async function refresh(
  repository: Repository,
  owned: Owned,
  keep: readonly RawPath[],
): Promise<string | undefined> {
  const admin = adminDir(repository, owned);
  const { path, commit } = owned;
  try {
    const ours = new Set(['HEAD', 'commondir', 'gitdir', OWN_FOLDER]);
    for (const name of readdirSync(admin)) if (!ours.has(name)) await removeAll(join(admin, name));
    await sweep(path, await indexEntries(repository.top, pristine(admin)), keep);
    copyIndex(pristine(admin), join(admin, 'index'));
    await checkOut(path, admin, commit);
    const rest = await leftovers(path, keep);
    return rest === undefined ? undefined : `${rest} is not as in a fresh one`;
  } catch (error) {
    return (error as Error).message;
  }
}

async function leftovers(path: string, keep: readonly RawPath[]): Promise<string | undefined> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching'];
  const { stdout } = await git(path, [...args, '--ignore-submodules=none']);
  const isKept = (name: string) =>
    keep.some((each) => name === each || name.startsWith(`${each}/`) || each.startsWith(name));
  return records(stdout)
    .map((record) => record.slice(3).replace(/\/$/, ''))
    .find((name) => !isKept(name));
}

/**
 * Takes away all that is not an entry of the index, and every file whose type, permissions or links are not those of
 * a checkout; git writes those anew. Folders get their permissions back. What is in a file is for git to see.
 */
async function sweep(top: string, entries: readonly IndexEntry[], keep: readonly RawPath[]): Promise<void> {
  const files = new Map(entries.map(({ path, mode }) => [path as string, mode]));
  const folders = foldersOf(entries.map(({ path, mode }) => (mode === GITLINK ? `${path}/` : path)));
  const kept = new Set<string>(keep);
  const onTheWay = foldersOf(kept);
  const umask = process.umask();

  async function visit(folder: string, inherited: number): Promise<void> {
    const where = locate(top, folder as RawPath);
    let mode = lstatSync(where).mode & 0o7777;
    if (folder === '' || folders.has(folder)) {
      const fresh = (0o777 & ~umask) | inherited;
      if (mode !== fresh) chmodSync(where, fresh);
      mode = fresh;
    }
    for (const entry of listFolder(where)) {
      const name = entry.name.toString('latin1');
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kept.has(path) || path === '.git') continue;
      if (entry.isDirectory() && (folders.has(path) || onTheWay.has(path))) await visit(path, mode & 0o2000);
      else if (entry.isDirectory() || !isAsCheckedOut(path)) await removeAll(fsPath(path));
    }
  }

  function isAsCheckedOut(path: string): boolean {
    const stats = lstatSync(fsPath(path));
    const mode = files.get(path);
    if (mode === '120000') return stats.isSymbolicLink();
    const fresh = (mode === '100755' ? 0o777 : 0o666) & ~umask;
    return mode !== undefined && stats.isFile() && stats.nlink === 1 && (stats.mode & 0o7777) === fresh;
  }

  const fsPath = (path: string): string | Buffer => locate(top, path as RawPath);
  await visit('', lstatSync(top).mode & 0o2000);
}

function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
}
