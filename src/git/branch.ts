// The branch that a work tree is on, moved to another commit together with the index, both or neither. The files are the
// caller's business. Unaware of where the commit comes from.

import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed } from '../base/elapsed.ts';
import { orElse } from '../base/error-code.ts';
import { noteNew, onDisk } from '../base/on-disk.ts';
import { GitError, git } from './git.ts';
import { copyIndex, type IndexEntry, indexEntries, onIndex, removal, setEntries } from './index-file.ts';
import { UNHEARD, type Waiting } from './lock.ts';
import { mergeFile } from './merge.ts';
import { branchOfHead, noneLike, refAt } from './refs.ts';
import type { Repository } from './repository.ts';
import { type TreeChange, treeChanges, treeOf } from './tree.ts';

export interface Head {
  /** `refs/heads/main`, or `HEAD` where it is detached. */
  ref: string;
  /** Undefined on a branch without a commit. */
  commit: string | undefined;
}

export async function headOf(repository: Repository): Promise<Head> {
  const [ref = 'HEAD', commit] = await Promise.all([branchOfHead(repository), refAt(repository, 'HEAD')]);
  return { ref, commit };
}

/** Whether the work tree is still on the branch that it was on, be that further on. */
export interface Whereabouts {
  /** The branch as it is now; where something has happened to it, the commit that it was at, or has come to since. */
  head: Head;
  /** What has happened, a sentence without a full stop. */
  why?: string;
}

export async function whereabouts(repository: Repository, begun: Head): Promise<Whereabouts> {
  const now = await headOf(repository);
  const { ref, commit } = begun;
  const name = ref === 'HEAD' ? 'no branch' : nameOf(ref);
  if (now.ref !== ref) {
    const tip = ref === 'HEAD' ? undefined : await refAt(repository, ref);
    const isFurther = tip !== undefined && (await descends(repository, commit, tip));
    const there = now.ref === 'HEAD' ? 'no branch' : nameOf(now.ref);
    return {
      head: { ref, commit: isFurther ? tip : commit },
      why: `${name} was checked out when the run began, and now ${there} is`,
    };
  }
  if (now.commit === commit) return { head: now };
  if (now.commit === undefined) return { head: begun, why: `${name} was deleted while the run was going on` };
  if (ref === 'HEAD')
    return { head: begun, why: `another commit is checked out than ${short(commit)}, where the run began` };
  if (await descends(repository, commit, now.commit)) return { head: now };
  const why = `${name} was moved back or rewritten while the run was going on, from ${short(commit)} to ${short(now.commit)}`;
  return { head: begun, why };
}

const nameOf = (ref: string): string => ref.replace('refs/heads/', '');
const short = (commit: string | undefined): string => commit?.slice(0, 10) ?? 'nothing';

/** Also of nothing at all, as a branch without a commit is. */
async function descends({ top }: Repository, from: string | undefined, to: string): Promise<boolean> {
  if (from === undefined) return true;
  const args = ['merge-base', '--is-ancestor', from, to];
  return (await git(top, args, { accept: [0, 1, 128] })).exitCode === 0;
}

export interface Move {
  from: Head;
  to: string;
  /** For the reflog. */
  message: string;
  /** A folder of ours for the new index. */
  scratch: string;
  /** Is told just before anything moves. */
  moving(): void;
  /** While another git has the index. */
  waiting: Waiting;
}

/** How long somebody else may hold the index, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Moves the branch, and in the index the entries that differ between the two commits: those that the user has staged otherwise are
 * merged, and where that is not possible stay as staged. Returns why it cannot be done, a sentence without a full stop.
 */
export async function moveHead(repository: Repository, move: Move): Promise<string | undefined> {
  const { gitDir, top } = repository;
  const { from, to, scratch } = move;
  const index = join(gitDir, 'index');
  const lock = `${index}.lock`;
  const unclaimed = await claim(lock, ticketOf(repository), move.waiting);
  if (unclaimed !== undefined) return unclaimed;
  let isOurs = true;
  try {
    const now = await headOf(repository);
    if (now.ref !== from.ref || now.commit !== from.commit) return `${nameOf(from.ref)} has moved meanwhile`;
    const next = join(scratch, 'next-index');
    copyIndex(index, next);
    const changes = await treeChanges(repository, from.commit ?? (await treeOf(repository, undefined)), to);
    await setEntries(top, next, await entriesFor(repository, next, changes));
    // An entry that says nothing of its file counts as changed for some of git's commands.
    await git(top, ['update-index', '-q', '--refresh'], { ...onIndex(next), accept: [0, 1] });
    writeOver(lock, next);
    // Whoever goes on after a power cut finds by these what was to be.
    for (const each of [lock, ticketOf(repository)]) noteNew(each);
    await onDisk();
    move.moving();
    await updateHead(repository, move);
    renameSync(lock, index);
    isOurs = false;
    for (const each of [index, refFile(repository, from.ref)]) noteNew(each);
    await onDisk();
    return undefined;
  } catch (error) {
    if (error instanceof GitError) return error.message;
    throw error;
  } finally {
    if (isOurs) rmSync(lock, { force: true });
    rmSync(ticketOf(repository), { force: true });
  }
}

/** A git that was killed may have done it all the same. */
async function updateHead(repository: Repository, { from, to, message }: Move): Promise<void> {
  const old = from.commit ?? noneLike(to);
  try {
    await git(repository.top, ['update-ref', '-m', message, 'HEAD', to, old]);
  } catch (error) {
    dropRefLocks(repository, from.ref, to);
    if ((await headOf(repository)).commit !== to) throw error;
  }
}

/**
 * After a kill in `moveHead`: the index is brought to where the branch is. Whether the branch has moved.
 * @param moving where to, as far as it had come to that
 */
export async function finishMove(
  repository: Repository,
  moving: { ref: string; to: string } | undefined,
): Promise<boolean> {
  const index = join(repository.gitDir, 'index');
  const lock = `${index}.lock`;
  const ticket = ticketOf(repository);
  if (moving !== undefined) dropRefLocks(repository, moving.ref, moving.to);
  const head = moving === undefined ? undefined : await headOf(repository);
  const hasMoved = moving !== undefined && head?.ref === moving.ref && head.commit === moving.to;
  if (isOneFile(lock, ticket)) {
    if (hasMoved) renameSync(lock, index);
    else rmSync(lock, { force: true });
  }
  if (lstatSync(ticket, { throwIfNoEntry: false })?.isFile()) rmSync(ticket);
  return hasMoved;
}

/** Where git writes a branch that it moves; of `HEAD` itself its file in the work tree's own folder. */
const refFile = ({ gitDir, commonDir }: Repository, ref: string): string =>
  join(ref === 'HEAD' ? gitDir : commonDir, ref);

/** A second name of the index's lock, by which it is known as ours. */
const ticketOf = ({ gitDir }: Repository): string => join(gitDir, 'ptask-index.lock');

function isOneFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }));
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

/** What a git has left that was killed while it moved the branch: they name our commit, or nothing yet. */
function dropRefLocks({ gitDir, commonDir }: Repository, ref: string, to: string): void {
  const locks = [join(gitDir, 'HEAD.lock'), ...(ref === 'HEAD' ? [] : [join(commonDir, `${ref}.lock`)])];
  for (const lock of locks) {
    if (existsSync(lock) && ['', to].includes(readFileSync(lock, 'utf8').trim()))
      rmSync(lock, { force: true });
  }
}

/** Why the index cannot be had, a sentence without a full stop. */
async function claim(lock: string, ticket: string, { onWait, signal }: Waiting): Promise<string | undefined> {
  const there = lstatSync(ticket, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) return `${ticket} is no file of ptask's: remove it`;
  // A run has the work tree to itself: a ticket that is there is what a killed one has left.
  rmSync(ticket, { force: true });
  closeSync(openSync(ticket, 'wx'));
  const begin = elapsed();
  let isTold = false;
  while (!isLinked(ticket, lock)) {
    const waited = elapsed() - begin;
    if (waited > PATIENCE || signal?.aborted) {
      rmSync(ticket, { force: true });
      return `${lock} is there: another git process works in this repository, or has left it`;
    }
    if (!isTold && waited > UNHEARD) {
      onWait?.(`another git process lets go of ${lock}`);
      isTold = true;
    }
    await sleep(50, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

/** False where there is one already. */
const isLinked = (ticket: string, lock: string): boolean =>
  orElse(() => linkSync(ticket, lock) === undefined, false, 'EEXIST');

/** In place: the lock stays the file that it is. No younger than the other: see `copyIndex`. */
function writeOver(lock: string, file: string): void {
  const handle = openSync(lock, 'w');
  try {
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
  } finally {
    closeSync(handle);
  }
  const second = Math.floor((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000);
  utimesSync(lock, second, second);
}

async function entriesFor(
  repository: Repository,
  index: string,
  changes: readonly TreeChange[],
): Promise<IndexEntry[]> {
  const staged = new Map((await indexEntries(repository.top, index)).map((entry) => [entry.path, entry]));
  const entries: IndexEntry[] = [];
  for (const { path, before, after } of changes) {
    const own = staged.get(path);
    if (own?.oid === before?.oid && own?.mode === before?.mode) {
      entries.push(after === undefined ? removal(path, before?.oid ?? '') : { path, ...after });
      continue;
    }
    if (own === undefined || after === undefined) continue;
    const sides = { ...(before && { base: before.oid }), ours: own.oid, theirs: after.oid };
    const isFile = own.mode.startsWith('100') && after.mode.startsWith('100');
    const oid = isFile ? await mergeFile(repository, sides, 'ours') : undefined;
    if (oid !== undefined) entries.push({ path, mode: own.mode, oid });
  }
  return entries;
}
