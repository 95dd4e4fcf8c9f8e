// What was decided in git's object store, done to the user's files: all or none.

import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type FsPath, locate, type RawPath, rawPathOf, shownPath } from '../../base/raw-path.ts';
import type { TreeChange } from '../../git/diff.ts';
import { GITLINK, type Repository } from '../../git/repository.ts';
import { stage } from '../../git/stage.ts';
import type { Change, Wanted } from '../../store/change.ts';
import { look, type Print, permissionsOf, printOf } from '../../store/print.ts';
import type { SharedTree } from '../tree/shared-tree.ts';
import { toTop } from './paths.ts';
import type { Kept, TaskResult } from './results.ts';

export type Prints = ReadonlyMap<RawPath, Print | 'absent'>;

export interface Decided {
  /** The tree that the changes lead to. */
  tree: string;
  changes: readonly TreeChange[];
  /** What was there when it was decided, by path of the repository. */
  prints: Prints;
  /** Ignored files that stay as they are, as shown. */
  skipped: ReadonlySet<string>;
}

export interface PutContext {
  repository: Repository;
  /** Undefined when no file of it is to be changed. */
  tree: SharedTree | undefined;
  /** A folder for what is needed for a moment. */
  scratch: string;
}

/** False, with nothing changed, when somebody has edited one of the files since it was looked at. */
export async function put(
  { repository, tree: shared, scratch }: PutContext,
  result: TaskResult,
  { tree, changes, prints, skipped }: Decided,
): Promise<boolean> {
  if (shared === undefined) return true;
  const { top, prefix } = repository;
  const theirs = new Map(result.changes.map(({ path, after }) => [path, after]));
  // What the task alone has changed is taken as the task has left it, byte for byte; what was merged, as git checks it out.
  const isTheirs = ({ path, after }: TreeChange): boolean =>
    theirs.get(path)?.oid === after?.oid && theirs.get(path)?.mode === after?.mode;
  const files = changes.filter(({ after }) => after?.mode !== GITLINK);
  const merged = files.filter((change) => change.after !== undefined && !isTheirs(change));
  const staged = await stage(repository, { tree, changes: merged, folder: join(scratch, 'staged') });
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
  const permitted = result.permissions.flatMap(({ path, mode }): Change[] => {
    const now = look(locate(top, path));
    if (replaced.has(path) || !now?.isFile() || permissionsOf(now) === mode) return [];
    const expect = prints.get(path) ?? 'absent';
    return [{ path, to: { kind: 'file', content: { copied: locate(top, path) }, mode }, expect }];
  });
  const all = [...wanted, ...carried, ...permitted];
  if (all.length === 0) return true;
  const done = await shared.transactions.replace(all, `apply ${result.task}`);
  if (done.ok) shared.applied(result.task, done.id);
  return done.ok;
}

/** Copied, so that it is there again when somebody was in the way. */
function asKept(kept: Kept): Wanted {
  return kept.kind === 'file' ? { kind: 'file', content: { copied: kept.file }, mode: kept.mode } : kept;
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

export function printsOf(top: string, paths: Iterable<RawPath>): Map<RawPath, Print | 'absent'> {
  return new Map(
    [...paths].map((path) => {
      const stats = look(locate(top, path));
      return [path, stats === undefined ? 'absent' : printOf(stats)];
    }),
  );
}
