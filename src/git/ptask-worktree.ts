// What is ours of worktrees and branches, told from the disk and the undo log, and its removal. Each step leaves behind
// enough to tell whose the rest is, so it may be killed anywhere and done again; nothing is removed that could be
// somebody else's.

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { Lock } from '../base/lock.ts';
import { removeAll, removeFolder } from '../base/remove-folder.ts';
import { GitError, git, gitLine } from './git.ts';
import { privateIndex } from './index-file.ts';
import { heads } from './names.ts';
import { changeRefs, refAt, refsIn } from './refs.ts';
import { isThere, type Repository } from './repository.ts';

/** A worktree as the undo log knows it, from before it is made until it is gone. */
export interface PtaskWorktree {
  /** Its folder: absolute, a real path. */
  path: string;
  branch: string;
  /** Its name under `worktrees` in the repository's folder. */
  gitName: string;
  /** Where the branch began. One that began elsewhere is not ours, whatever its name. */
  commit: string;
}

/** Held while names are given out, in all work trees of the repository. */
export const lockOf = ({ commonDir }: Repository): string => join(commonDir, 'ptask', 'worktrees');

/** Frees it of a killed process. */
export function freeLock(repository: Repository): void {
  const folder = lockOf(repository);
  if (!existsSync(folder)) return;
  try {
    const taken = new Lock(folder).take('ptask');
    if (taken.ok) taken.release();
  } catch {
    // Who wants it hears why it cannot be had.
  }
}

export const adminDir = ({ commonDir }: Repository, { gitName }: Pick<PtaskWorktree, 'gitName'>): string =>
  join(commonDir, 'worktrees', gitName);

/** In that folder: what we keep there ourselves, which goes with it. */
export const OWN_FOLDER = 'ptask';

/** The index that tells the bytes of the files: whatever a task does to its own one, this says what the disk held. */
export const indexOfBytes = ({ gitDir }: Pick<Repository, 'gitDir'>): string =>
  privateIndex(join(gitDir, OWN_FOLDER));

/** For all that asks about a work tree. */
export function repositoryIn(
  repository: Repository,
  owned: Pick<PtaskWorktree, 'path' | 'gitName'>,
): Repository {
  const gitDir = adminDir(repository, owned);
  return { ...repository, top: owned.path, gitDir, index: join(gitDir, 'index') };
}

/** What the folder says it belongs to: a worktree's folder in the repository, or nothing. */
export const adminDirOf = (path: string): string | undefined =>
  named(join(path, '.git'), /^gitdir: (.*?)\n*$/s);

/** Which work tree a worktree's folder in the repository is of. */
export const workTreeOf = (admin: string): string | undefined => {
  const file = named(join(admin, 'gitdir'), /^(.*?)\n*$/s);
  return file === undefined ? undefined : dirname(file);
};

function named(file: string, form: RegExp): string | undefined {
  const name = form.exec(orElse(() => readFileSync(file, 'utf8'), ''))?.[1];
  return name ? resolve(dirname(file), name) : undefined;
}

/**
 * Removes a worktree of ours with its branch, as far as they are there. Also after a kill while it was made or
 * removed, or when it is locked. Returns what was left and why, a sentence each without a full stop.
 */
export async function removePtaskWorktree(
  repository: Repository,
  owned: PtaskWorktree,
  options: { keepBranch?: boolean } = {},
): Promise<string[]> {
  const left: string[] = [];
  const step = async (what: string, action: () => Promise<string | undefined>) => {
    try {
      const why = await action();
      if (why !== undefined) left.push(`${what} was left: ${why}`);
    } catch (error) {
      left.push(`${what} was left: ${(error as Error).message}`);
    }
  };
  await step(owned.path, () => removeWorkTree(repository, owned));
  // It says whose the folder is, so it stays as long as the folder does.
  if (left.length === 0) await step(`worktree ${owned.gitName}`, () => removeAdminDir(repository, owned));
  if (options.keepBranch !== true)
    await step(`branch ${owned.branch}`, () => removeBranch(repository, owned));
  return left;
}

async function removeWorkTree(repository: Repository, owned: PtaskWorktree): Promise<string | undefined> {
  const { path } = owned;
  if (!isThere(path)) return undefined;
  // A link that a task has put there, or in the place of a folder above: what it leads to is somebody's.
  if (!isItself(path)) return 'it is not our worktree any more';
  const admin = adminDir(repository, owned);
  const isOurs = adminDirOf(path) === admin || isHalfMade(path, admin);
  if (isOurs) await removeFolder(path, '.git');
  else if (isThere(join(path, '.git')) || readdirSync(path).length > 0)
    return 'it is not our worktree any more';
  else rmdirSync(path);
  return undefined;
}

/** Whether there is a folder that no link leads to. */
export const isItself = (path: string): boolean =>
  lstatSync(path).isDirectory() && realpathSync.native(path) === path;

/** Killed while it was made, it may have no name yet, or an empty one; and a power cut may leave both names empty. */
function isHalfMade(path: string, admin: string): boolean {
  const name = join(path, '.git');
  if (workTreeOf(admin) === path) return !isThere(name) || isBlank(name);
  return isBlank(name) && isBlank(join(admin, 'gitdir'));
}

/** A file that says nothing: of some, a power cut leaves the length. */
function isBlank(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return (
    stats?.isFile() === true && stats.size < PATH_BYTES && readFileSync(file).every((byte) => byte === 0)
  );
}

/** More than a path may have. */
const PATH_BYTES = 1 << 16;

async function removeAdminDir(repository: Repository, owned: PtaskWorktree): Promise<string | undefined> {
  const admin = adminDir(repository, owned);
  const place = workTreeOf(admin);
  if (place !== undefined && place !== owned.path) return `it is the worktree ${place} now`;
  await removeAll(admin);
  // git does so with the last one, too.
  const parent = dirname(admin);
  if (existsSync(parent) && readdirSync(parent).length === 0) rmdirSync(parent);
  return undefined;
}

/** Removes the branch of ours, if it is there. Returns why it was left, without a full stop. */
export async function removeBranch(
  repository: Repository,
  owned: PtaskWorktree,
): Promise<string | undefined> {
  const { branch } = owned;
  const ref = `refs/heads/${branch}`;
  dropHalfMade(repository, owned, `${ref}.lock`);
  const oid = (await refsIn(repository, 'refs/heads')).includes(ref)
    ? await refAt(repository, ref)
    : undefined;
  if (oid === undefined) {
    dropHalfMade(repository, owned, `logs/${ref}`);
    return undefined;
  }
  if (oid !== owned.commit && !(await beganAt(repository, ref, owned.commit)))
    return 'it is another one than ours';
  const admin = adminDir(repository, owned);
  const user = heads(repository).find((head) => head.ref === ref && head.gitDir !== admin);
  if (user !== undefined) return `it is checked out in ${workTreeOf(user.gitDir) ?? dirname(user.gitDir)}`;
  try {
    await changeRefs(repository, [{ ref, to: undefined, from: oid }]);
    return undefined;
  } catch (error) {
    if (error instanceof GitError) return error.message;
    throw error;
  }
}

/** It holds the commit; or its log begins with it, when the commit was amended. */
async function beganAt({ top }: Repository, ref: string, commit: string): Promise<boolean> {
  const accept = [0, 1, 128];
  const holds = await git(top, ['merge-base', '--is-ancestor', commit, ref], { accept });
  if (holds.exitCode === 0) return true;
  const log = await gitLine(top, ['log', '--walk-reflogs', '--format=%H', ref, '--'], { accept });
  return log.split('\n').at(-1) === commit;
}

/** What a git that was killed while it made the branch has left: a file that says nothing yet, or names our commit. */
function dropHalfMade({ commonDir }: Repository, { commit }: PtaskWorktree, name: string): void {
  const file = join(commonDir, name);
  if (!existsSync(file)) return;
  const content = readFileSync(file, 'utf8');
  if (content === '' || content.split(/\s/).slice(0, 2).includes(commit)) rmSync(file, { force: true });
}
