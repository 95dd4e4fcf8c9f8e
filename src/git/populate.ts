// Makes the folder of a worktree what the user's folder is: the same bytes, permissions, times and folders, and an index in
// which the same is staged, changed and untracked. What git ignores is for others to bring.

import { type BigIntStats, chmodSync, lutimesSync, mkdirSync, utimesSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import { look, mtimeOf, permissionsOf, secondsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { foldersOf } from '../base/path-names.ts';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import { git } from './git.ts';
import { fingerprintOfIndex } from './index-file.ts';
import type { StatEntry } from './index-format.ts';
import { IndexStat, plainCopy } from './index-stat.ts';
import type { Look } from './looks.ts';
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
  /** The look at the user's folder that has found it so. */
  look?: Look;
}

/**
 * Puts the files there; what the index of bytes has of them already is brought to the new state by difference.
 * @param isKnown what the index says is true of all files, so that git need not look at them
 */
export async function checkOut(
  view: RawView,
  worktree: Repository,
  { tree }: Pick<Content, 'tree'>,
  isKnown = false,
): Promise<void> {
  const { top } = worktree;
  const how = isKnown ? '-m' : '--reset';
  await git(top, ['read-tree', '-u', how, tree], view.on(top, indexOfBytes(worktree)));
}

export function makeFolders(path: string, { folders }: Pick<Content, 'folders'>): void {
  for (const folder of folders) mkdirSync(locate(path, folder), { recursive: true });
}

/** What a worktree's index files say. */
export interface Populated {
  /** The index of bytes. */
  files: IndexStat;
  /** Its own one, made of the user's. */
  own: OwnIndex | undefined;
  /** What only its own one has. */
  ownOnly: readonly RawPath[];
}

interface OwnIndex {
  stat: IndexStat;
  /** The user's one, when it was written, and its print. */
  user: IndexStat;
  written: bigint;
  print: string | undefined;
}

/** Gives the files that were put there the times and permissions of the user's, and the worktree its index. */
export async function populate(
  repository: Repository,
  worktree: Repository,
  content: Content,
  files = new IndexStat(indexOfBytes(worktree)),
): Promise<Populated> {
  const own = await ownIndex(repository, worktree.index);
  const inOwn = new Cursor(own?.stat.entries);
  const pace = new Pace();
  for (const entry of files.entries) {
    await pace.turn();
    if (entry.mode === GITLINK) continue;
    const theirs = populateFile(repository, worktree, content, { files, entry });
    settle({ files, own }, { entry, same: inOwn.at(entry.path), theirs });
  }
  const rest = inOwn.passed();
  for (const entry of rest) if (entry.mode !== GITLINK) own?.stat.forget(entry);
  return write(worktree, { files, own, ownOnly: rest.map(({ path }) => path) });
}

/**
 * The same where only these files have not got them from an earlier time. Undefined where the user's index is not the one of that
 * time any more.
 * @param files the index of bytes as it is by now
 */
export async function repopulate(
  repository: Repository,
  worktree: Repository,
  content: Content,
  { earlier, files, paths }: { earlier: Populated; files: IndexStat; paths: Iterable<RawPath> },
): Promise<Populated | undefined> {
  const { own } = earlier;
  if (own?.print !== fingerprintOfIndex(repository.index)) return undefined;
  const ownOnly = new Set(earlier.ownOnly);
  for (const path of paths) {
    const [entry, same] = [files.entryOf(path), own?.stat.entryOf(path)];
    if (entry?.mode === GITLINK || same?.mode === GITLINK) return undefined;
    if (entry !== undefined) {
      const theirs = populateFile(repository, worktree, content, { files, entry });
      settle({ files, own }, { entry, same, theirs });
      ownOnly.delete(path);
    } else if (same !== undefined) {
      own?.stat.forget(same);
      ownOnly.add(path);
    }
  }
  return write(worktree, { files, own, ownOnly: [...ownOnly] });
}

/** Returns what the user's file is, where the worktree's has its time and permissions now. */
function populateFile(
  { top }: Repository,
  worktree: Repository,
  { isElsewhere = () => false }: Content,
  { files, entry }: { files: IndexStat; entry: StatEntry },
): BigIntStats | undefined {
  const { path, mode } = entry;
  const [from, to] = [locate(top, path), locate(worktree.top, path)];
  const user = look(from);
  const theirs = isElsewhere(path) ? undefined : user;
  const is = theirs === undefined ? asClosed(to, user) : likened(to, mode, theirs);
  if (is !== undefined) files.set(entry, is);
  return is && theirs;
}

/** Has the worktree's own index say of a file what is true, if the user's one does. */
function settle(
  { files, own }: Pick<Populated, 'files' | 'own'>,
  { entry, same, theirs }: { entry: StatEntry; same: StatEntry | undefined; theirs: BigIntStats | undefined },
): void {
  if (own === undefined || same === undefined) return;
  // What was written in the moment in which the index was is for git to read.
  const isClean = theirs !== undefined && own.user.isOf(same, theirs) && theirs.mtimeNs < own.written;
  if (isClean) own.stat.copy(same, files, entry);
  else own.stat.forget(same);
}

function write(worktree: Repository, populated: Populated): Populated {
  populated.files.write(indexOfBytes(worktree));
  populated.own?.stat.write(worktree.index);
  return populated;
}

/** Goes through entries in step with others, as all of them are sorted. */
class Cursor {
  readonly #entries: readonly StatEntry[];
  readonly #passed: StatEntry[] = [];
  #next = 0;

  constructor(entries: readonly StatEntry[] = []) {
    this.#entries = entries;
  }

  /** Asked for one path after the other, in their order. */
  at(path: RawPath): StatEntry | undefined {
    for (let entry = this.#entries[this.#next]; entry !== undefined; entry = this.#entries[this.#next]) {
      if (entry.path > path) return undefined;
      this.#next += 1;
      if (entry.path === path) return entry;
      this.#passed.push(entry);
    }
    return undefined;
  }

  /** Those that nobody has asked for. */
  passed(): StatEntry[] {
    return [...this.#passed, ...this.#entries.slice(this.#next)];
  }
}

/** The same for its folders, once all that is to be in them is there: what comes or goes changes their times. */
export function likenFolders(
  { top }: Repository,
  worktree: Repository,
  { folders }: Content,
  index = new IndexStat(indexOfBytes(worktree)),
): void {
  const files = index.entries.map((entry) => entry.path);
  const all = new Set(['' as RawPath, ...folders, ...foldersOf([...files, ...folders])]);
  for (const folder of [...all].sort().reverse()) {
    const theirs = look(locate(top, folder));
    if (theirs?.isDirectory()) likenFolder(locate(worktree.top, folder), theirs);
  }
}

/** Gives a file or a link that git has put there the permissions and the time of the user's, if that is one, too. What it looks like then. */
function likened(at: FsPath, mode: string, theirs: BigIntStats): BigIntStats | undefined {
  const isLink = mode === LINK;
  if (!(isLink ? theirs.isSymbolicLink() : theirs.isFile())) return look(at);
  const [atime, mtime] = [secondsOf(theirs.atimeNs), mtimeOf(theirs)];
  orElse(() => lutimesSync(at, atime, mtime), undefined, 'ENOENT');
  const is = look(at);
  if (isLink || is === undefined || permissionsOf(is) === permissionsOf(theirs)) return is;
  chmodSync(at, permissionsOf(theirs));
  return look(at);
}

/** The mode of an entry that is a symbolic link. */
const LINK = '120000';

/** Gives a folder the permissions and the time of the user's. */
function likenFolder(at: FsPath, theirs: BigIntStats): void {
  const is = look(at);
  if (!is?.isDirectory()) return;
  if (permissionsOf(is) !== permissionsOf(theirs)) chmodSync(at, permissionsOf(theirs));
  if (mtimeOf(is) !== mtimeOf(theirs)) utimesSync(at, secondsOf(theirs.atimeNs), mtimeOf(theirs));
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

/** A copy of the user's index, put there. Undefined where there is none. */
async function ownIndex({ top, index }: Repository, own: string): Promise<OwnIndex | undefined> {
  const print = fingerprintOfIndex(index);
  const stat = await plainCopy(top, index, own);
  const written = look(index)?.mtimeNs;
  return stat === undefined || written === undefined
    ? undefined
    : { stat, user: new IndexStat(own), written, print };
}
