// What an isolated task has done remotely, as a result to be merged: against the snapshot from which it began, with no worktree.

import { readFileSync } from 'node:fs';
import { bytesOf, locate, type RawPath } from '../../base/raw-path.ts';
import type { RecordedPath } from '../../cache/record.ts';
import type { Task } from '../../config/config.ts';
import { commitAsPtask } from '../../git/commit.ts';
import { checkIgnore } from '../../git/ignored.ts';
import { putBlob } from '../../git/objects.ts';
import { toTop } from '../../git/prefix.ts';
import type { Repository } from '../../git/repository.ts';
import { type Blob, editTree, entriesAfter, entriesAt, type TreeChange } from '../../git/tree.ts';
import type { FileChange, Stray } from '../../model/report.ts';
import type { PathState } from '../../store/change.ts';
import type { IsolatedTree } from '../workspace/worktree/isolated-tree.ts';
import type { ResultChange, TaskResult } from '../workspace/worktree/results.ts';
import type { State } from '../workspace/worktree/snapshot-history.ts';
import type { Left } from './left.ts';

/** Where an isolated task begins. */
export interface Beginning {
  base: State;
  /** How many tasks were over by then. */
  began: number;
}

export interface Result {
  task: Task;
  beginning: Beginning;
  changes: readonly RecordedPath[];
  left: Left;
  filesChanged: FileChange[];
  strays: Stray[];
}

let count = 0;

export function isolatedResult({ repository, holds }: IsolatedTree, result: Result): Promise<TaskResult> {
  count += 1;
  return holds.holding(`remote-${count}`, () => resultOf(repository, result), {
    changesOf: ({ treeChanges }) => treeChanges,
  });
}

async function resultOf(
  repository: Repository,
  { task, beginning, changes, left, filesChanged, strays }: Result,
): Promise<TaskResult> {
  const { base, began } = beginning;
  const { top, prefix } = repository;
  const placed = changes.map((change) => ({ change, path: toTop(prefix, change.path) }));
  const files = placed.flatMap(({ change, path }) => (isFolder(change, left) ? [] : [path]));
  const [ignored, before] = await Promise.all([
    checkIgnore(top, { env: {} }, files).then((paths) => new Set(paths)),
    entriesAt(repository, base.tree, files),
  ]);
  const made: ResultChange[] = [];
  for (const { change, path } of placed) {
    const told = change.kind === 'absent' ? 'deleted' : change.isMade ? 'created' : 'modified';
    const after = stateOf(change, left.folder);
    if (after.kind === 'folder' || (after.kind === 'absent' && isFolder(change, left))) {
      made.push({ way: 'folder', path, after });
      continue;
    }
    const was = left.inputs.written.entries.get(change.path);
    if (ignored.has(path)) {
      made.push({ way: 'replace', path, told, before: was?.print ?? 'absent', after });
      continue;
    }
    const tree = await treeChange(repository, path, before.get(path), change, left.folder);
    if (tree === undefined) continue;
    const wasExecutable = was?.kind === 'file' && (was.mode & 0o100) !== 0;
    const isExecutable = change.kind === 'file' && (change.mode & 0o100) !== 0;
    const setsMode = change.isMade || wasExecutable !== isExecutable;
    made.push({ way: 'merge', path, told, tree, after, setsMode });
  }
  const treeChanges = made.flatMap((change) => (change.way === 'merge' ? [change.tree] : []));
  const tree = await editTree(repository, base.tree, entriesAfter(treeChanges));
  const message = `${task.description || task.id}\n`;
  const commit = await commitAsPtask(repository, { tree, parents: [base.commit], message });
  return {
    ...{ task: task.id, base, began, commit, tree, changes: made, treeChanges, staged: [] },
    ...{ filesChanged, strays, dropped: [], special: [] },
  };
}

const isFolder = ({ path, kind }: RecordedPath, { inputs }: Left): boolean =>
  kind === 'folder' || (kind === 'absent' && inputs.written.folders.has(path));

function stateOf(change: RecordedPath, folder: string): PathState {
  if (change.kind === 'file')
    return { kind: 'file', content: { copied: locate(folder, change.path) }, mode: change.mode };
  if (change.kind === 'link') return { kind: 'link', target: change.target };
  return change.kind === 'folder' ? { kind: 'folder', mode: change.mode } : { kind: 'absent' };
}

/** Undefined where the snapshot has it so already. */
async function treeChange(
  repository: Repository,
  path: RawPath,
  before: Blob | undefined,
  change: RecordedPath,
  folder: string,
): Promise<TreeChange | undefined> {
  const after = await blobOf(repository, change, folder);
  if (before?.oid === after?.oid && before?.mode === after?.mode) return undefined;
  return { path, ...(before && { before }), ...(after && { after }) };
}

async function blobOf(
  repository: Repository,
  change: RecordedPath,
  folder: string,
): Promise<Blob | undefined> {
  if (change.kind === 'link')
    return { mode: '120000', oid: await putBlob(repository, bytesOf(change.target)) };
  if (change.kind !== 'file') return undefined;
  const mode = (change.mode & 0o100) !== 0 ? '100755' : '100644';
  return { mode, oid: await putBlob(repository, readFileSync(locate(folder, change.path))) };
}
