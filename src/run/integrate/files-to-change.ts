// From what a task has done, and what git makes of it and of what others have done, to the changes of the user's files. Pure.

import type { RawPath } from '../../base/raw-path.ts';
import type { Fingerprint } from '../../base/stat-fingerprint.ts';
import { GITLINK } from '../../git/repository.ts';
import type { TreeChange } from '../../git/tree.ts';
import type { Change, ChangeSet, PathState } from '../../store/change.ts';
import { changesBy, type ResultChange, type TaskResult } from '../workspace/worktree/results.ts';

type Result = Pick<TaskResult, 'changes'>;
type Merged = Extract<ResultChange, { way: 'merge' }>;

export interface Decided {
  /** What the merge changes. */
  changes: readonly TreeChange[];
  /** What was there when it was decided. */
  prints: ReadonlyMap<RawPath, Fingerprint | 'absent'>;
  /** Files that git ignores and that stay as they are. */
  skipped: ReadonlySet<RawPath>;
}

export interface Disk {
  /** What is there now; undefined for what is neither file, link nor folder. */
  now(path: RawPath): PathState | undefined;
  /** A content that git has merged. */
  merged(path: RawPath): PathState;
}

/** What the task alone has changed is taken as the task has left it; the rest of the merge comes from git. */
export function fromGit(result: Result, { changes }: Pick<Decided, 'changes'>): TreeChange[] {
  const own = mergedBy(result);
  return changes.filter(({ path, after }) => {
    const theirs = own.get(path)?.tree.after;
    const isTheirs = theirs?.oid === after?.oid && theirs?.mode === after?.mode;
    return after !== undefined && after.mode !== GITLINK && !isTheirs;
  });
}

export function filesToChange(result: Result, decided: Decided, disk: Disk): ChangeSet {
  const own = mergedBy(result);
  const staged = new Set(fromGit(result, decided).map(({ path }) => path));
  const changes = new Map<RawPath, Change>();
  const change = (path: RawPath, after: PathState): void => {
    changes.set(path, { path, before: decided.prints.get(path) ?? 'absent', after });
  };

  for (const { path, after } of decided.changes) {
    // What is checked out in a submodule is for its owner to move.
    if (after?.mode === GITLINK) continue;
    const state = staged.has(path) ? disk.merged(path) : own.get(path)?.after;
    if (after === undefined || state === undefined) change(path, { kind: 'absent' });
    else if (state.kind !== 'file') change(path, state);
    else {
      const mode = modeSetBy(own.get(path)) ?? modeKept(disk.now(path), after.mode) ?? state.mode;
      change(path, { ...state, mode });
    }
  }
  const folders: Change[] = [];
  for (const each of result.changes) {
    const { path } = each;
    if (each.way === 'replace') {
      if (!decided.skipped.has(path)) change(path, each.after);
      continue;
    }
    const now = disk.now(path);
    if (each.way === 'folder') {
      const after = folderAfter(each.after, now);
      if (after !== undefined) folders.push({ path, after });
    } else if (now?.kind === 'file' && !changes.has(path)) {
      const mode = (each.way === 'touch' ? each.mode : modeSetBy(each)) ?? now.mode;
      const time = { mtime: each.way === 'touch' ? each.mtime : now.mtime };
      if (mode !== now.mode || time.mtime !== now.mtime)
        change(path, { ...now, mode, ...(time.mtime !== undefined && { mtime: time.mtime }) });
    }
  }
  return [...changes.values(), ...folders];
}

const mergedBy = (result: Result): ReadonlyMap<RawPath, Merged> =>
  new Map(changesBy(result, 'merge').map((change) => [change.path, change]));

/** The permissions that the task has given the file. */
const modeSetBy = (own: Merged | undefined): number | undefined =>
  own?.setsMode && own.after.kind === 'file' ? own.after.mode : undefined;

/** A file that was there keeps its own, as one that is written in place does; git decides who may execute it. */
function modeKept(now: PathState | undefined, gitMode: string): number | undefined {
  if (now?.kind !== 'file') return undefined;
  const plain = now.mode & ~0o111;
  return gitMode === '100755' ? plain | ((plain & 0o444) >> 2) : plain;
}

/** One that is there keeps its permissions, and one that is gone may still be what others have put something in. */
function folderAfter(after: PathState, now: PathState | undefined): PathState | undefined {
  if (now === undefined) return undefined;
  if (after.kind !== 'folder') return now.kind === 'folder' ? after : undefined;
  if (now.kind === 'absent') return after;
  return now.kind === 'folder' ? now : undefined;
}
