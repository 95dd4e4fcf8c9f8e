// What was decided in git's object store, done to the user's files: all or none.

import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { look, mtimeOf, permissionsOf } from '../../base/look.ts';
import { type FsPath, locate, type RawPath, rawPath, rawPathOf, shownPath } from '../../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../base/stat-fingerprint.ts';
import { toTop } from '../../git/prefix.ts';
import type { RawView } from '../../git/raw-view.ts';
import { GITLINK, type Repository } from '../../git/repository.ts';
import { stage } from '../../git/stage.ts';
import type { TreeChange } from '../../git/tree.ts';
import type { Change, Wanted } from '../../store/change.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { Kept, TaskResult } from '../workspace/worktree/results.ts';

export type Prints = ReadonlyMap<RawPath, Fingerprint | 'absent'>;

export interface Decided {
  changes: readonly TreeChange[];
  /** What was there when it was decided, by path of the repository. */
  prints: Prints;
  /** Ignored files that stay as they are, as shown. */
  skipped: ReadonlySet<string>;
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
  { changes, prints, skipped }: Decided,
): Promise<boolean> {
  if (shared === undefined) return true;
  const { top, prefix } = repository;
  const theirs = new Map(result.changes.map(({ path, after }) => [path, after]));
  // What the task alone has changed is taken as the task has left it; what was merged comes from git.
  const isTheirs = ({ path, after }: TreeChange): boolean =>
    theirs.get(path)?.oid === after?.oid && theirs.get(path)?.mode === after?.mode;
  const files = changes.filter(({ after }) => after?.mode !== GITLINK);
  const merged = files.filter((change) => change.after !== undefined && !isTheirs(change));
  const staged = await stage(repository, view, { changes: merged, folder: join(scratch, 'staged') });
  const wanted = files.map(({ path, after }): Change => {
    const expect = prints.get(path) ?? 'absent';
    const at = staged.get(path);
    if (after === undefined) return { path, to: { kind: 'absent' }, expect };
    const kept = result.kept.get(path);
    const to = at === undefined && kept !== undefined ? asKept(kept) : asStaged(at as FsPath);
    return { path, to: withMode(to, top, path, after.mode, kept), expect };
  });
  const carried = result.ignored
    .filter(({ path }) => !skipped.has(shownPath(path)))
    .map(({ path, after }): Change => {
      const at = toTop(prefix, path);
      return { path: at, to: asKept(after), expect: prints.get(at) ?? 'absent' };
    });
  const replaced = new Set(wanted.map(({ path }) => path));
  const modes = new Map(result.permissions.map(({ path, mode }) => [path, mode]));
  const times = new Map([...result.again].map(([path, time]) => [toTop(prefix, rawPath(path)), time]));
  const touched = [...new Set([...modes.keys(), ...times.keys()])].flatMap((path): Change[] => {
    const at = locate(top, path);
    const now = look(at);
    if (replaced.has(path) || !now?.isFile()) return [];
    const [mode, mtime] = [modes.get(path) ?? permissionsOf(now), times.get(path) ?? mtimeOf(now)];
    if (mode === permissionsOf(now) && mtime === mtimeOf(now)) return [];
    const expect = prints.get(path) ?? 'absent';
    return [{ path, to: { kind: 'file', content: { copied: at }, mode, mtime }, expect }];
  });
  const all = [...wanted, ...carried, ...touched, ...folderChanges(top, result.folders)];
  if (all.length === 0) return true;
  const done = await shared.transactions.replace(all, `apply ${result.task}`);
  if (done.ok) shared.applied(result.task, done.id);
  return done.ok;
}

/** One that is there keeps its permissions, and one that is gone may still be what others have put something in. */
function folderChanges(top: string, changes: TaskResult['folders']): Change[] {
  return changes.flatMap((change): Change[] => {
    const { path } = change;
    const now = look(locate(top, path));
    if (change.after === 'absent') return now?.isDirectory() ? [{ path, to: { kind: 'absent' } }] : [];
    if (now !== undefined && !now.isDirectory()) return [];
    return [{ path, to: { kind: 'folder', mode: now === undefined ? change.mode : permissionsOf(now) } }];
  });
}

/** Copied, so that it is there again when somebody was in the way. */
function asKept(kept: Kept): Wanted {
  if (kept.kind !== 'file') return kept;
  const { file, mode, mtime } = kept;
  return { kind: 'file', content: { copied: file }, mode, mtime };
}

function asStaged(at: FsPath): Wanted {
  const stats = look(at);
  if (stats === undefined) throw new Error(`what was staged is gone: ${at}`);
  if (stats.isSymbolicLink()) return { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')) };
  return { kind: 'file', content: { moved: at }, mode: permissionsOf(stats) };
}

/**
 * The permissions that the task has given the file. Where it has not, a file that was there keeps its own, as one that
 * is written in place does; git decides who may execute it.
 */
function withMode(to: Wanted, top: string, path: RawPath, gitMode: string, kept: Kept | undefined): Wanted {
  if (to.kind !== 'file') return to;
  if (kept?.kind === 'file' && kept.isModeSet) return { ...to, mode: kept.mode };
  const old = look(locate(top, path));
  if (!old?.isFile()) return to;
  const plain = permissionsOf(old) & ~0o111;
  return { ...to, mode: gitMode === '100755' ? plain | ((plain & 0o444) >> 2) : plain };
}

export function fingerprintsOf(top: string, paths: Iterable<RawPath>): Map<RawPath, Fingerprint | 'absent'> {
  return new Map(
    [...paths].map((path) => {
      const stats = look(locate(top, path));
      return [path, stats === undefined ? 'absent' : fingerprintOf(stats)];
    }),
  );
}
