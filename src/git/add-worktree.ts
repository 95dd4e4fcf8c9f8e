// A new worktree as git knows one: its folder in the repository, and the file by which its own folder names that. Written here where
// git does no more than write them, which it takes three processes for.
//
// The format: https://git-scm.com/docs/gitrepository-layout, `worktrees`.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, git } from './git.ts';
import { makeFolderIn } from './objects.ts';
import { adminDir, adminDirOf, type PtaskWorktree } from './ptask-worktree.ts';
import { areFiles, changeRefs, noneLike } from './refs.ts';
import type { Repository } from './repository.ts';

/** Of an empty folder that is there, with its branch; the files are for others to bring. */
export async function addWorktree(repository: Repository, owned: PtaskWorktree): Promise<void> {
  if (isPlain(repository)) return write(repository, owned);
  const { path, branch, commit } = owned;
  const args = ['worktree', 'add', '--quiet', '--no-checkout', '--no-track', '-b', branch, path, commit];
  await git(repository.top, args);
  if (adminDirOf(path) !== adminDir(repository, owned))
    throw new GitError(args, 0, '', `git has given ${path} another name than ${owned.gitName}`);
}

/** Whether there is nothing by which a worktree is another thing here. git reads that from this one file. */
const isPlain = (repository: Repository): boolean =>
  areFiles(repository) &&
  !/^\s*(?:worktreeconfig|relativeworktrees|refstorage)\b/im.test(
    readFileSync(join(repository.commonDir, 'config'), 'utf8'),
  );

async function write(repository: Repository, owned: PtaskWorktree): Promise<void> {
  const admin = adminDir(repository, owned);
  await changeRefs(repository, [{ ref: refOf(owned), to: owned.commit, from: noneLike(owned.commit) }]);
  try {
    if (!makeFolderIn(repository, admin)) throw new Error('somebody else has made it');
    fill(admin, owned);
  } catch (error) {
    throw new GitError(['worktree'], undefined, '', `could not create ${admin}: ${(error as Error).message}`);
  }
}

/** In git's order: it is locked as long as somebody could take it for one whose folder is gone. */
function fill(admin: string, owned: PtaskWorktree): void {
  const lock = join(admin, 'locked');
  writeFileSync(lock, 'initializing\n');
  writeFileSync(join(admin, 'gitdir'), `${join(owned.path, '.git')}\n`);
  writeFileSync(join(owned.path, '.git'), `gitdir: ${admin}\n`);
  writeFileSync(join(admin, 'commondir'), '../..\n');
  writeFileSync(join(admin, 'HEAD'), headAt(owned));
  rmSync(lock);
}

/** Puts a worktree that exists onto a new branch, in name only. */
export async function moveToBranch(repository: Repository, owned: PtaskWorktree): Promise<void> {
  const admin = adminDir(repository, owned);
  await changeRefs(repository, [{ ref: refOf(owned), to: owned.commit, from: noneLike(owned.commit) }]);
  if (areFiles(repository)) {
    const draft = join(admin, 'HEAD.ptask');
    writeFileSync(draft, headAt(owned));
    renameSync(draft, join(admin, 'HEAD'));
  } else await git(repository.top, [`--git-dir=${admin}`, 'symbolic-ref', 'HEAD', refOf(owned)]);
}

const refOf = ({ branch }: PtaskWorktree): string => `refs/heads/${branch}`;
const headAt = (owned: PtaskWorktree): string => `ref: ${refOf(owned)}\n`;
