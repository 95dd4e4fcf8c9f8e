// What has changed under a task since it began, so that its result may not be what it would be now: files that it read,
// files that git ignores and cannot merge, and files that it wrote again without a change that git could see.

import { look } from '../../base/look.ts';
import { type FsPath, locate, rawPath } from '../../base/raw-path.ts';
import { type Fingerprint, printOf } from '../../base/stat-fingerprint.ts';
import type { Resolution, Task } from '../../config/config.ts';
import { shownFromTop, toTop } from '../../git/prefix.ts';
import type { Repository } from '../../git/repository.ts';
import { treeChanges } from '../../git/tree.ts';
import type { IntegrationConflict } from '../../model/report.ts';
import { matcher } from '../../plan/patterns/index.ts';
import type { History } from '../workspace/worktree/history.ts';
import { changesBy, type TaskResult } from '../workspace/worktree/results.ts';
import type { Chain } from '../workspace/worktree/snapshot-history.ts';

export interface Past {
  repository: Repository;
  chain: Chain;
  history: History;
  resolutionFor(path: string): Resolution;
}

export async function overtaken(past: Past, task: Task, result: TaskResult): Promise<IntegrationConflict[]> {
  const told = [...(await staleReads(past, task, result)), ...ignored(past, result)];
  return [...told, ...writtenAgain(past, result, new Set(told.map(({ path }) => path)))];
}

/** What the task declares to read, and others have really changed since it began. */
async function staleReads(
  { repository, chain, history, resolutionFor }: Past,
  task: Task,
  { base, began }: TaskResult,
): Promise<IntegrationConflict[]> {
  if (task.snapshotReads || task.reads.length === 0) return [];
  const candidates = history.since(began, matcher(task.reads));
  if (candidates.size === 0) return [];
  const top = new Map([...candidates.keys()].map((path) => [toTop(repository.prefix, rawPath(path)), path]));
  const now = await chain.refresh(top.keys());
  const changed = await treeChanges(repository, base.tree, now.tree);
  return changed.flatMap((change): IntegrationConflict[] => {
    const path = top.get(change.path);
    if (path === undefined) return [];
    // What was read cannot be merged: the task has to read it again.
    const resolution = resolutionFor(path).kind === 'abort' ? 'abort' : 'rerun';
    return [conflict('stale-read', path, [task.id, ...(candidates.get(path) ?? [])], resolution)];
  });
}

/** Files that git ignores have no merge: whoever comes second runs again, or one of the two is taken whole. */
function ignored({ repository, history, resolutionFor }: Past, result: TaskResult): IntegrationConflict[] {
  const { top, prefix } = repository;
  const changes = new Map(
    changesBy(result, 'replace').map((change) => [shownFromTop(prefix, change.path), change]),
  );
  if (changes.size === 0) return [];
  const changed = history.since(result.began, (path) => changes.has(path));
  for (const [shown, { path, before }] of changes) {
    // Not by a task, then: somebody has edited it meanwhile.
    if (!changed.has(shown) && printAt(locate(top, path)) !== before) changed.set(shown, []);
  }
  return [...changed].map(([path, others]) => {
    const { kind } = resolutionFor(path);
    const resolution = kind === 'ours' || kind === 'theirs' || kind === 'abort' ? kind : 'rerun';
    return conflict('ignored', path, [result.task, ...others], resolution);
  });
}

/** A folder is no file: what has become of it is told of what is in it. */
function printAt(path: FsPath): Fingerprint | 'absent' {
  const stats = look(path);
  return stats?.isDirectory() ? 'absent' : printOf(stats);
}

/**
 * A file that was written and came out as it had been is no change to git, and a merge would keep what another task made
 * of it; one after the other, what was written last would stand there.
 */
function writtenAgain(
  { repository, history, resolutionFor }: Past,
  result: TaskResult,
  known: ReadonlySet<string>,
): IntegrationConflict[] {
  const { task, began } = result;
  const touched = changesBy(result, 'touch').map(({ path }) => shownFromTop(repository.prefix, path));
  const paths = new Set(touched.filter((path) => !known.has(path)));
  if (paths.size === 0) return [];
  return [...history.since(began, (path) => paths.has(path))]
    .filter(([path]) => resolutionFor(path).kind === 'rerun')
    .map(([path, others]) => conflict('merge', path, [task, ...others], 'rerun'));
}

const conflict = (
  kind: IntegrationConflict['kind'],
  path: string,
  tasks: string[],
  resolution: IntegrationConflict['resolution'],
): IntegrationConflict => ({ path, tasks, kind, resolution, changes: [], discarded: [] });
