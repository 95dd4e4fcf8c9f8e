// Makes the folder of a worktree what the user's folder is: the same bytes, permissions, times and folders, and an index in
// which the same is staged, changed and untracked. What git ignores is for others to bring.

import { type BigIntStats, chmodSync, lutimesSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { look, mtimeOf, permissionsOf, secondsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import { git } from './git.ts';
import { IndexStat, plainCopy } from './index-stat.ts';
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

export interface Worktree {
  /** Its folder, and its own one in the repository. */
  path: string;
  admin: string;
  /** The index file that tells the bytes of its files. */
  index: string;
}

/** Puts the files there; what the index file has of them already is brought to the new state by difference. */
export async function checkOut(view: RawView, { path, index }: Worktree, content: Content): Promise<void> {
  await git(path, ['read-tree', '-u', '--reset', content.tree], view.on(path, index));
  makeFolders(path, content);
}

export function makeFolders(path: string, { folders }: Pick<Content, 'folders'>): void {
  for (const folder of folders) mkdirSync(locate(path, folder), { recursive: true });
}

/** Gives the files that were put there the times and permissions of the user's, and the worktree its index. */
export async function populate(repository: Repository, worktree: Worktree, content: Content): Promise<void> {
  const { top } = repository;
  const { path, index, admin } = worktree;
  const own = await ownIndex(repository, admin);
  const told = own && new Map(own.stat.entries.map((entry) => [entry.path, entry]));
  const files = new IndexStat(index);
  const pace = new Pace();
  for (const entry of files.entries) {
    await pace.turn();
    if (entry.mode === GITLINK) continue;
    const [from, to] = [locate(top, entry.path), locate(path, entry.path)];
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
  own?.stat.write(join(admin, 'index'));
}

/** The same for its folders, once all that is to be in them is there: what comes or goes changes their times. */
export function likenFolders({ top }: Repository, { path, index }: Worktree, { folders }: Content): void {
  const all = new Set<RawPath>(['' as RawPath]);
  const within = new IndexStat(index).entries.map((entry) => entry.path.replace(/\/?[^/]*$/, '') as RawPath);
  for (const folder of [...within, ...folders])
    for (let at = folder; at !== '' && !all.has(at); at = parentOf(at)) all.add(at);
  for (const folder of [...all].sort().reverse()) {
    const theirs = look(locate(top, folder));
    if (theirs?.isDirectory()) likeness(locate(path, folder), theirs);
  }
}

const parentOf = (path: RawPath): RawPath => path.slice(0, Math.max(0, path.lastIndexOf('/'))) as RawPath;

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

/** A copy of the user's index, and when that was written. Undefined where there is none. */
async function ownIndex(
  { top, index }: Repository,
  admin: string,
): Promise<{ stat: IndexStat; written: bigint } | undefined> {
  const own = join(admin, 'index');
  const stat = await plainCopy(top, index, own);
  const written = look(index)?.mtimeNs;
  return stat === undefined || written === undefined ? undefined : { stat, written };
}
