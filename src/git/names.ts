// Names for what is made: branches and folders that nobody has yet, told apart without regard to case, as some disks
// do.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { fileNameOf } from '../base/file-name.ts';
import { refsIn, symbolicRef } from './refs.ts';
import { isThere, type Repository } from './repository.ts';

/** As a part of a ref and of a file's name, and such that git takes it for a worktree's name as it is. */
export function slug(text: string): string {
  const plain = fileNameOf(text)
    .replace(/[^\w.@#+,-]/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+|\.+$/g, '')
    .replace(/\.lock$/i, '-lock');
  return plain === '' ? 'task' : plain;
}

/** The branch of a task where nobody else has that name. */
export const branchOf = (id: string): string => `task/${slug(id)}`;

/**
 * `task/<id>`, with a number when that is taken; `ptask/<id>` when a branch `task` leaves no room for it, and so on.
 */
export async function freeBranch(repository: Repository, id: string): Promise<string> {
  const taken = await branchesInUse(repository);
  const isFree = (branch: string) => {
    const name = branch.toLowerCase();
    return !taken.some((each) => each === name || each.startsWith(`${name}/`));
  };
  const prefix = ['task/', 'ptask/'].find((each) => !taken.includes(each.slice(0, -1))) ?? 'ptask-task-';
  return numbered(prefix + slug(id), isFree);
}

/** Where the folder goes, and what git will call the worktree. */
export function freeFolder(
  repository: Repository,
  dir: string,
  name: string,
): { path: string; gitName: string } {
  const taken = new Set(worktreeNames(repository).map((each) => each.toLowerCase()));
  const isFree = (each: string) => !taken.has(each.toLowerCase()) && !isThere(join(dir, each));
  const gitName = numbered(slug(name), isFree);
  return { path: join(dir, gitName), gitName };
}

function numbered(name: string, isFree: (candidate: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (isFree(candidate)) return candidate;
  }
}

/** In lower case: those that exist, and the unborn ones that some work tree has as its HEAD. */
async function branchesInUse(repository: Repository): Promise<string[]> {
  const existing = await refsIn(repository, 'refs/heads');
  return [...existing, ...heads(repository).map(({ ref }) => ref)].map((ref) =>
    ref.replace('refs/heads/', '').toLowerCase(),
  );
}

/** The branch that each work tree of the repository is on, born or not; detached ones are not among them. */
export function heads({ commonDir }: Repository): { ref: string; gitDir: string }[] {
  const names = worktreeNames({ commonDir });
  return [commonDir, ...names.map((name) => join(commonDir, 'worktrees', name))].flatMap((gitDir) => {
    const ref = symbolicRef(orElse(() => readFileSync(join(gitDir, 'HEAD'), 'utf8'), ''));
    return ref === undefined ? [] : [{ ref, gitDir }];
  });
}

const worktreeNames = ({ commonDir }: Pick<Repository, 'commonDir'>): string[] =>
  orElse(() => readdirSync(join(commonDir, 'worktrees')), []);
