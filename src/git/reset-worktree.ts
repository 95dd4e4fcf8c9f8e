// Makes a used worktree the same as a fresh one at another commit, by difference, or says why it cannot. Unaware of
// branches.

import { chmodSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { look } from '../base/look.ts';
import { foldersOf, isWithin } from '../base/path-names.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import { listFolder, removeAll, removeWithin } from '../base/remove-folder.ts';
import { distrust } from './distrust.ts';
import { git, nulTerminated, records } from './git.ts';
import type { StatEntry } from './index-format.ts';
import { IndexStat } from './index-stat.ts';
import { type Content, checkOut, makeFolders } from './populate.ts';
import {
  adminDir,
  adminDirOf,
  indexOfBytes,
  isItself,
  OWN_FOLDER,
  type PtaskWorktree,
  repositoryIn,
  workTreeOf,
} from './ptask-worktree.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';

/** A sentence without a full stop when the worktree is not surely the one we made. */
export function whyNotReset(repository: Repository, owned: PtaskWorktree): string | undefined {
  const admin = adminDir(repository, owned);
  const common = () => resolve(admin, readFileSync(join(admin, 'commondir'), 'utf8').trim());
  try {
    if (!isItself(owned.path) || adminDirOf(owned.path) !== admin) return 'it is not our worktree any more';
    if (workTreeOf(admin) !== owned.path || common() !== repository.commonDir)
      return 'git knows it by another place';
    if (!/^(?:ref: refs\/heads\/|[0-9a-f]{40,})/.test(readFileSync(join(admin, 'HEAD'), 'utf8')))
      return 'its HEAD is broken';
    statSync(indexOfBytes({ gitDir: admin }));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Nothing of what was done in the worktree remains but for the paths in `keep`: not files, folders or their permissions,
 * nor a half-done merge, bits in the index or settings; its files are those of the new state. HEAD must have been set
 * before. Returns why it did not work out, a sentence without a full stop.
 */
export async function resetWorktree(
  repository: Repository,
  view: RawView,
  owned: PtaskWorktree,
  content: Content,
  keep: readonly RawPath[],
): Promise<string | undefined> {
  const worktree = repositoryIn(repository, owned);
  const { top: path } = worktree;
  const index = indexOfBytes(worktree);
  try {
    await emptyAdminDir(worktree);
    await sweep(path, new IndexStat(index).entries, keep);
    await distrust(path, index);
    await checkOut(view, worktree, content);
    const rest = await leftovers(path, view.on(path, index), keep);
    if (rest !== undefined) return `${rest} is not as in a fresh one`;
    makeFolders(path, content);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a look has found in a worktree whose task is over. The index of bytes says the rest. */
export interface Left {
  /** What no entry of the index stands for, and maybe some. */
  besides: readonly RawPath[];
  /** Of all that the index holds. */
  tree: string;
}

/**
 * The same where a look has found all that was done in it: only that is undone. Returns the paths that were written or taken away,
 * and the index of bytes. Throws where it cannot be done.
 * @param began what that index has said before the task
 */
export async function resetChanged(
  repository: Repository,
  view: RawView,
  owned: PtaskWorktree,
  content: Content,
  { began, left }: { began: IndexStat; left: Left },
): Promise<{ changed: Set<RawPath>; files: IndexStat }> {
  const worktree = repositoryIn(repository, owned);
  const { top } = worktree;
  const index = indexOfBytes(worktree);
  await emptyAdminDir(worktree);
  const before = new IndexStat(index);
  const besides = new Set<string>(left.besides.filter((path) => look(locate(top, path)) !== undefined));
  for (const path of besides) await removeWithin(top, path as RawPath);
  const within = besides.size === 0 ? [] : before.entries.filter(({ path }) => isWithin(path, besides));
  const gone = new Set([...before.changedSince(began), ...within.map(({ path }) => path)]);
  // Whatever its permissions, and whoever else has a name for it: git writes it anew.
  for (const path of gone) if (before.entryOf(path) !== undefined) await removeWithin(top, path);
  if (content.tree !== left.tree) await checkOut(view, worktree, content, true);
  let after = content.tree === left.tree ? before : new IndexStat(index);
  const written = new Set(after.changedSince(before));
  const missing = [...gone].filter((path) => !written.has(path) && after.entryOf(path) !== undefined);
  if (missing.length > 0) {
    const input = nulTerminated(missing);
    await git(top, ['checkout-index', '--index', '-z', '--stdin'], { ...view.on(top, index), input });
    after = new IndexStat(index);
  }
  makeFolders(top, content);
  return { changed: new Set([...gone, ...written]), files: after };
}

/** All but what makes it the folder of this worktree: a half-done merge, settings. */
async function emptyAdminDir({ gitDir }: Repository): Promise<void> {
  const ours = new Set(['HEAD', 'commondir', 'gitdir', OWN_FOLDER]);
  for (const name of readdirSync(gitDir)) if (!ours.has(name)) await removeAll(join(gitDir, name));
}

async function leftovers(
  path: string,
  on: { env: Record<string, string> },
  keep: readonly RawPath[],
): Promise<string | undefined> {
  const args = ['ls-files', '-z', '--others', '--modified', '--deleted', '--directory'];
  const { stdout } = await git(path, args, on);
  const isKept = (name: string) =>
    keep.some((each) => name === each || name.startsWith(`${each}/`) || each.startsWith(name));
  return records(stdout)
    .map((record) => record.replace(/\/$/, ''))
    .find((name) => !isKept(name));
}

/** For its owner: of a folder all, of a file what a task may count on. */
const OPEN = 0o700;
const READABLE = 0o600;

/**
 * Takes away all that is not an entry of the index, and every file that git could not read, is of another type or has
 * other names; git writes those anew. Folders are opened. What is in a file is for git to see.
 */
async function sweep(top: string, entries: readonly StatEntry[], keep: readonly RawPath[]): Promise<void> {
  const files = new Map(entries.map(({ path, mode }) => [path as string, mode]));
  const folders = foldersOf<string>(entries.map(({ path, mode }) => (mode === GITLINK ? `${path}/` : path)));
  const kept = new Set<string>(keep);
  const onTheWay = foldersOf(kept);

  async function visit(folder: string): Promise<void> {
    const where = locate(top, folder as RawPath);
    const mode = lstatSync(where).mode & 0o7777;
    if ((mode & OPEN) !== OPEN) chmodSync(where, mode | OPEN);
    for (const entry of listFolder(where)) {
      const name = entry.name.toString('latin1');
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kept.has(path) || path === '.git') continue;
      if (entry.isDirectory() && (folders.has(path) || onTheWay.has(path))) await visit(path);
      else if (entry.isDirectory() || !isAsCheckedOut(path)) await removeAll(fsPath(path));
    }
  }

  function isAsCheckedOut(path: string): boolean {
    const stats = lstatSync(fsPath(path));
    const mode = files.get(path);
    if (mode === '120000') return stats.isSymbolicLink();
    return mode !== undefined && stats.isFile() && stats.nlink === 1 && (stats.mode & READABLE) === READABLE;
  }

  const fsPath = (path: string): string | Buffer => locate(top, path as RawPath);
  await visit('');
}
