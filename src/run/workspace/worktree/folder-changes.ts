// The folders that a task has made, emptied or taken away. git knows of files alone; whoever comes after the task finds the
// folders as well.

import { lstatSync, type Stats } from 'node:fs';
import { parentOf } from '../../../base/path-names.ts';
import { locate, type RawPath } from '../../../base/raw-path.ts';
import { toTop } from '../../../git/prefix.ts';
import type { PathState } from '../../../store/change.ts';
import { declaredFolders } from './populate-worktree.ts';
import type { ResultChange } from './results.ts';
import type { PreparedWorktree } from './worktree-pool.ts';

/**
 * @param made those that no file stands for when the task is over, relative to the top of the worktree
 * @param gone files that it has deleted, the same way
 */
export async function folderChanges(
  { worktree, root, base, afterSetup, reach, foldersBefore }: PreparedWorktree,
  made: readonly RawPath[],
  gone: readonly RawPath[],
): Promise<Extract<ResultChange, { way: 'folder' }>[]> {
  const { path: top } = worktree;
  const { prefix } = worktree.repository;
  const declared = foldersBefore.map((path) => toTop(prefix, path));
  const before = new Set([...(afterSetup ?? base).folders, ...declared]);
  const now = (await declaredFolders(root, reach.flat())).map((path) => toTop(prefix, path));
  const emptied = gone.map(parentOf).filter((path) => path !== '');
  const changes = new Map<RawPath, Extract<PathState, { kind: 'folder' | 'absent' }>>();
  for (const path of new Set([...made, ...now, ...emptied])) {
    const stats = lookAt(top, path);
    if (stats?.isDirectory() && (!before.has(path) || emptied.includes(path)))
      changes.set(path, { kind: 'folder', mode: stats.mode & 0o7777 });
  }
  for (const path of before) if (lookAt(top, path) === undefined) changes.set(path, { kind: 'absent' });
  return [...changes].map(([path, after]) => ({ way: 'folder', path, after }));
}

/** Undefined as well beyond what is a file now. */
function lookAt(top: string, path: RawPath): Stats | undefined {
  try {
    return lstatSync(locate(top, path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
