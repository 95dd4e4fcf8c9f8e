// Makes the folder of a worktree what the user's folder is: the same bytes, permissions, times and folders, and an index in
// which the same is staged, changed and untracked. What git ignores is for others to bring.

import { type BigIntStats, chmodSync, lutimesSync, mkdirSync } from 'node:fs';
import { look, mtimeOf, permissionsOf, secondsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { foldersOf } from '../base/path-names.ts';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import { git } from './git.ts';
import { IndexStat, plainCopy } from './index-stat.ts';
import { indexOfBytes } from './ptask-worktree.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';

/** A state of the user's folder. */
export interface Content {
  /** Of the files' bytes, see raw-view.ts. */
  tree: string;
  /** Those that no file stands for. */
  folders: readonly RawPath[];
  /** Whether the user's folder has it otherwise, so that its time says nothing. */
  isElsewhere?(path: RawPath): boolean;
}

/** Puts the files there; what the index of bytes has of them already is brought to the new state by difference. */
export async function checkOut(view: RawView, worktree: Repository, content: Content): Promise<void> {
  const { top } = worktree;
  await git(top, ['read-tree', '-u', '--reset', content.tree], view.on(top, indexOfBytes(worktree)));
  makeFolders(top, content);
}

export function makeFolders(path: string, { folders }: Pick<Content, 'folders'>): void {
  for (const folder of folders) mkdirSync(locate(path, folder), { recursive: true });
}

/** Gives the files that were put there the times and permissions of the user's, and the worktree its index. */
export async function populate(
  repository: Repository,
  worktree: Repository,
  content: Content,
): Promise<void> {
  const { top } = repository;
  const index = indexOfBytes(worktree);
  const own = await ownIndex(repository, worktree.index);
  const told = own && new Map(own.stat.entries.map((entry) => [entry.path, entry]));
  const files = new IndexStat(index);
  const pace = new Pace();
  for (const entry of files.entries) {
    await pace.turn();
    if (entry.mode === GITLINK) continue;
    const [from, to] = [locate(top, entry.path), locate(worktree.top, entry.path)];
    const isElsewhere = content.isElsewhere?.(entry.path) === true;
    const theirs = isElsewhere ? undefined : look(from);
    const is =
      theirs === undefined ? asClosed(to, isElsewhere ? look(from) : undefined) : likeness(to, theirs);
    if (is === undefined) continue;
    files.set(entry, is);
    const same = told?.get(entry.path);
    if (same === undefined || own === undefined) continue;
    told?.delete(entry.path);
    // What was written in the moment in which the index was is for git to read.
    const isClean = theirs !== undefined && own.stat.isOf(same, theirs) && theirs.mtimeNs < own.written;
    if (isClean) own.stat.set(same, is);
    else own.stat.forget(same);
  }
  files.write(index);
  for (const rest of told?.values() ?? []) if (rest.mode !== GITLINK) own?.stat.forget(rest);
  own?.stat.write(worktree.index);
}

/** The same for its folders, once all that is to be in them is there: what comes or goes changes their times. */
export function likenFolders({ top }: Repository, worktree: Repository, { folders }: Content): void {
  const files = new IndexStat(indexOfBytes(worktree)).entries.map((entry) => entry.path);
  const all = new Set(['' as RawPath, ...folders, ...foldersOf([...files, ...folders])]);
  for (const folder of [...all].sort().reverse()) {
    const theirs = look(locate(top, folder));
    if (theirs?.isDirectory()) likeness(locate(worktree.top, folder), theirs);
  }
}

/** Gives what is there the permissions and the time of the user's. What it looks like then; undefined for what is not there. */
function likeness(at: FsPath, theirs: BigIntStats): BigIntStats | undefined {
  const is = look(at);
  if (is === undefined || kindOf(is) !== kindOf(theirs)) return is;
  const isOtherMode = !is.isSymbolicLink() && permissionsOf(is) !== permissionsOf(theirs);
  const isOtherTime = mtimeOf(is) !== mtimeOf(theirs);
  if (isOtherMode) chmodSync(at, permissionsOf(theirs));
  if (isOtherTime) lutimesSync(at, secondsOf(theirs.atimeNs), mtimeOf(theirs));
  return isOtherMode || isOtherTime ? look(at) : is;
}

/** Takes from others what they may not do with the user's. What it looks like then. */
function asClosed(at: FsPath, theirs: BigIntStats | undefined): BigIntStats | undefined {
  const is = look(at);
  if (is === undefined || theirs === undefined || !is.isFile() || !theirs.isFile()) return is;
  const mode = permissionsOf(is) & (OF_OWNER | permissionsOf(theirs));
  if (mode === permissionsOf(is)) return is;
  chmodSync(at, mode);
  return look(at);
}

const OF_OWNER = 0o700;

const kindOf = (stats: BigIntStats): bigint => stats.mode & 0o170000n;

/** A copy of the user's index, put there, and when that was written. Undefined where there is none. */
async function ownIndex(
  { top, index }: Repository,
  own: string,
): Promise<{ stat: IndexStat; written: bigint } | undefined> {
  const stat = await plainCopy(top, index, own);
  const written = look(index)?.mtimeNs;
  return stat === undefined || written === undefined ? undefined : { stat, written };
}
