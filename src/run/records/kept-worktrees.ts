// The worktrees that runs have kept, each written down beside the lock of the work tree: the folders of runs go after a
// while, and somebody's work must not be forgotten with them.

import { lstatSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { synchronise } from '../../base/on-disk.ts';
import { readFile, replaceFile } from '../../base/own-files.ts';
import { lookAt, namesIn, remove } from '../../base/own-folders.ts';
import { removeFolder } from '../../base/remove-folder.ts';
import { type PtaskWorktree, removePtaskWorktree } from '../../git/ptask-worktree.ts';
import type { Repository } from '../../git/repository.ts';

export interface KeptWorktree extends PtaskWorktree {
  task: string;
  runId: string;
  /** A sentence without a full stop. */
  reason: string;
}

interface Written extends KeptWorktree {
  /** Tells the folder from another one of that name. */
  identity: string;
}

const folderOf = (home: string): string => join(home, 'kept');
const fileOf = (home: string, { gitName }: PtaskWorktree): string => join(folderOf(home), `${gitName}.json`);

/** Throws where the disk says no. */
export function rememberKept(home: string, kept: KeptWorktree): void {
  const written: Written = { ...kept, identity: identityOf(kept.path) ?? '' };
  replaceFile(fileOf(home, kept), `${JSON.stringify(written)}\n`, { isLasting: true });
  synchronise(home);
}

/** Those that are still where they were, by path. What somebody has moved or removed by hand is his. */
export function keptWorktrees(home: string): KeptWorktree[] {
  const all = filesIn(home).flatMap((file) => {
    const written = read(file);
    if (written !== undefined && identityOf(written.path) === written.identity) return [written];
    forget(home, file);
    return [];
  });
  return all.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Removes one with its branch. Returns what was left and why, a sentence each without a full stop. */
export async function removeKept(
  home: string,
  repository: Repository,
  kept: KeptWorktree,
): Promise<string[]> {
  const { identity } = read(fileOf(home, kept)) ?? {};
  // A task may have taken away all by which git knows the folder; it is the one that was kept all the same.
  const isOurs = identity !== undefined && identity !== '' && identityOf(kept.path) === identity;
  if (isOurs) await removeFolder(kept.path, '.git');
  const left = await removePtaskWorktree(repository, kept);
  if (left.length === 0) forget(home, fileOf(home, kept));
  return left;
}

function forget(home: string, file: string): void {
  remove(file);
  try {
    rmdirSync(folderOf(home));
  } catch {
    // There are others in it.
  }
}

function filesIn(home: string): string[] {
  try {
    return namesIn(folderOf(home))
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folderOf(home), name))
      .filter((file) => lookAt(file)?.isFile());
  } catch {
    return [];
  }
}

function read(file: string): Written | undefined {
  try {
    return JSON.parse(String(readFile(file) ?? '')) as Written;
  } catch {
    return undefined;
  }
}

function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
}
