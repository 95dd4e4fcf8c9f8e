// What was decided in git's object store, done to the user's files: all or none.

import { type BigIntStats, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { look, mtimeOf, permissionsOf } from '../../base/look.ts';
import { type FsPath, locate, type RawPath, rawPathOf } from '../../base/raw-path.ts';
import { type Fingerprint, printOf } from '../../base/stat-fingerprint.ts';
import type { RawView } from '../../git/raw-view.ts';
import { GITLINK, type Repository } from '../../git/repository.ts';
import { stage } from '../../git/stage.ts';
import type { TreeChange } from '../../git/tree.ts';
import type { Change, PathState } from '../../store/change.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import { changesBy, type ResultChange, type TaskResult } from '../workspace/worktree/results.ts';

type Merged = Extract<ResultChange, { way: 'merge' }>;

const ABSENT: PathState = { kind: 'absent' };

export type Prints = ReadonlyMap<RawPath, Fingerprint | 'absent'>;

export interface Decided {
  changes: readonly TreeChange[];
  /** What was there when it was decided, by path of the repository. */
  prints: Prints;
  /** Ignored files that stay as they are. */
  skipped: ReadonlySet<RawPath>;
}

export interface PutContext {
  repository: Repository;
  view: RawView;
  /** Undefined when no file of it is to be changed. */
  tree: SharedTree | undefined;
  /** A folder for what is needed for a moment. */
  scratch: string;
}

/** False, with nothing changed, when somebody has edited one of the files since it was looked at. */
export async function put(
  { repository, view, tree: shared, scratch }: PutContext,
  result: TaskResult,
  decided: Decided,
): Promise<boolean> {
  if (shared === undefined) return true;
  const own = new Map(changesBy(result, 'merge').map((change) => [change.path, change]));
  // What the task alone has changed is taken as the task has left it; what was merged comes from git.
  const merged = decided.changes.filter(({ path, after }) => {
    const theirs = own.get(path)?.tree.after;
    const isTheirs = theirs?.oid === after?.oid && theirs?.mode === after?.mode;
    return after !== undefined && after.mode !== GITLINK && !isTheirs;
  });
  const staged = await stage(repository, view, { changes: merged, folder: join(scratch, 'staged') });
  const all = changesFor(result, decided, repository.top, (path) => {
    const at = staged.get(path);
    return at === undefined ? own.get(path)?.after : asStaged(at);
  });
  if (all.length === 0) return true;
  const done = await shared.transactions.replace(all, `apply ${result.task}`);
  if (done.ok) shared.applied(result.task, done.id);
  return done.ok;
}

/** @param stateOf what a merged path is to be like, but for permissions */
function changesFor(
  { changes }: TaskResult,
  decided: Decided,
  top: string,
  stateOf: (path: RawPath) => PathState | undefined,
): Change[] {
  const own = new Map(changesBy({ changes }, 'merge').map((change) => [change.path, change]));
  const before = (path: RawPath): Fingerprint | 'absent' => decided.prints.get(path) ?? 'absent';
  const wanted = new Map<RawPath, Change>();
  for (const { path, after } of decided.changes) {
    if (after?.mode === GITLINK) continue;
    const state: PathState = after === undefined ? ABSENT : (stateOf(path) ?? ABSENT);
    const mode =
      after === undefined ? undefined : modeFor(look(locate(top, path)), after.mode, own.get(path));
    wanted.set(path, {
      path,
      before: before(path),
      after: state.kind === 'file' && mode !== undefined ? { ...state, mode } : state,
    });
  }
  const folders: Change[] = [];
  for (const change of changes) {
    const { path } = change;
    const now = look(locate(top, path));
    if (change.way === 'replace') {
      if (!decided.skipped.has(path)) wanted.set(path, { path, before: before(path), after: change.after });
    } else if (change.way === 'folder') {
      const after = folderAfter(change.after, now);
      if (after !== undefined) folders.push({ path, after });
    } else if (now?.isFile() && !wanted.has(path)) {
      const [setMode, setTime] =
        change.way === 'touch' ? [change.mode, change.mtime] : [modeSetBy(change), undefined];
      const [mode, mtime] = [setMode ?? permissionsOf(now), setTime ?? mtimeOf(now)];
      const content = { copied: locate(top, path) };
      if (mode !== permissionsOf(now) || mtime !== mtimeOf(now))
        wanted.set(path, { path, before: before(path), after: { kind: 'file', content, mode, mtime } });
    }
  }
  return [...wanted.values(), ...folders];
}

/** One that is there keeps its permissions, and one that is gone may still be what others have put something in. */
function folderAfter(after: PathState, now: BigIntStats | undefined): PathState | undefined {
  if (after.kind !== 'folder') return now?.isDirectory() ? after : undefined;
  if (now === undefined) return after;
  return now.isDirectory() ? { ...after, mode: permissionsOf(now) } : undefined;
}

function asStaged(at: FsPath): PathState {
  const stats = look(at);
  if (stats === undefined) throw new Error(`what was staged is gone: ${at}`);
  if (stats.isSymbolicLink()) return { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')) };
  return { kind: 'file', content: { moved: at }, mode: permissionsOf(stats) };
}

/**
 * The permissions that the task has given the file. Where it has not, a file that was there keeps its own, as one that
 * is written in place does; git decides who may execute it. Undefined for those of its copy.
 */
function modeFor(old: BigIntStats | undefined, gitMode: string, own: Merged | undefined): number | undefined {
  const set = own && modeSetBy(own);
  if (set !== undefined) return set;
  if (!old?.isFile()) return undefined;
  const plain = permissionsOf(old) & ~0o111;
  return gitMode === '100755' ? plain | ((plain & 0o444) >> 2) : plain;
}

const modeSetBy = ({ setsMode, after }: Merged): number | undefined =>
  setsMode && after.kind === 'file' ? after.mode : undefined;

export function fingerprintsOf(top: string, paths: Iterable<RawPath>): Map<RawPath, Fingerprint | 'absent'> {
  return new Map([...paths].map((path) => [path, printOf(look(locate(top, path)))]));
}
