// What a task has done in its worktree, taken out of it: then the worktree may go to another task.

import { constants, copyFileSync, lstatSync, mkdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locate, type RawPath, rawPath, rawPathOf } from '../../base/raw-path.ts';
import type { Task } from '../../config/config.ts';
import { commitAsPtask } from '../../git/commit.ts';
import { entriesAfter, type TreeChange, treeChanges } from '../../git/diff.ts';
import { git, records } from '../../git/git.ts';
import { editTree } from '../../git/objects.ts';
import { ignored, type Repository } from '../../git/repository.ts';
import type { Worktrees } from '../../git/worktrees.ts';
import type { FileChange } from '../../model/report.ts';
import { compare, footprint, permissionsIn } from '../changes.ts';
import type { State } from './chain.ts';
import { shownFromTop, toTop } from './paths.ts';
import type { Kept, TaskResult } from './results.ts';
import { straysOf } from './strays.ts';
import type { Workspace } from './workspaces.ts';

export interface Settling {
  repository: Repository;
  worktrees: Worktrees;
  task: Task;
  workspace: Workspace;
  /** What the task did not do, though it is there: paths of the repository. */
  exclude: RawPath[];
  /** A new folder for the files. */
  folder: string;
}

export async function settle(settling: Settling): Promise<TaskResult> {
  const { repository, worktrees, task, workspace, exclude, folder } = settling;
  const { worktree, base, began, root, before, found } = workspace;
  const { prefix } = repository;
  const message = `${task.description || task.id}\n`;
  const [made, left] = await Promise.all([
    worktrees.resultOf(worktree, { message, exclude }),
    ignoredIn(worktree.path),
  ]);
  const { commit, tree } =
    workspace.prepared === undefined ? made : await withoutSetup(settling, workspace.prepared, made, message);
  const changes = await treeChanges(repository, base.tree, tree);
  const after = footprint(root, task.writes);
  const keep = keeper(folder);
  const kept = new Map(
    changes.map((change): [RawPath, Kept] => {
      if (change.after === undefined) return [change.path, { kind: 'absent' }];
      const isModeSet = change.before === undefined || isChmodded(shownFromTop(prefix, change.path));
      return [change.path, keep(worktree.path, change.path, isModeSet)];
    }),
  );
  const inTree = new Set(changes.map(({ path }) => shownFromTop(prefix, path)));
  const declared = compare(before, after).filter(({ path }) => !inTree.has(path));
  const notGits = await ignored(
    worktree.repository,
    declared.map(({ path }) => toTop(prefix, rawPath(path))),
  );
  const isIgnored = ({ path }: FileChange): boolean => notGits.has(toTop(prefix, rawPath(path)));
  const carried = declared.filter(isIgnored);
  const again = declared.filter((one) => one.change === 'modified' && !isIgnored(one));
  const permitted = again.filter(({ path }) => isChmodded(path));
  const inGit = changes.map(
    (change): FileChange => ({ path: shownFromTop(prefix, change.path), change: changeOf(change) }),
  );
  const filesChanged = [...inGit, ...carried, ...permitted].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    task: task.id,
    base,
    began,
    branch: worktree.branch,
    commit,
    tree,
    changes,
    kept,
    ignored: carried.map(({ path, change }) => ({
      path: rawPath(path),
      after: change === 'deleted' ? { kind: 'absent' } : keep(root, rawPath(path), true),
    })),
    permissions: [
      ...permitted.map(({ path }) => ({
        path: toTop(prefix, rawPath(path)),
        mode: permissionsIn(after.get(path) as string),
      })),
      ...[...kept].flatMap(([path, file]) =>
        file.kind === 'file' && file.isModeSet ? [{ path, mode: file.mode }] : [],
      ),
    ],
    again: again.map(({ path }) => path),
    found,
    filesChanged,
    strays: straysOf(filesChanged, task.writes),
    dropped: left.filter((path) => isDropped(path)).map((path) => shownFromTop(prefix, path)),
  };

  /** Whether the task has made it, and no part of it is carried over. */
  function isDropped(path: RawPath): boolean {
    const isPart = (other: RawPath): boolean =>
      other === path || path.startsWith(`${other}/`) || (path.endsWith('/') && other.startsWith(path));
    return ![...exclude, ...carried.map((each) => toTop(prefix, rawPath(each.path)))].some(isPart);
  }

  /** Whether a file that the task declares has other permissions now. */
  function isChmodded(path: string): boolean {
    const [was, is] = [before.get(path), after.get(path)];
    return was !== undefined && is !== undefined && permissionsIn(was) !== permissionsIn(is);
  }
}

/** What the task has done to what the setup had left, done to the base instead. */
async function withoutSetup(
  { repository, workspace, folder }: Settling,
  prepared: string,
  made: State,
  message: string,
): Promise<State> {
  const { base } = workspace;
  if (prepared === base.tree) return made;
  const own = await treeChanges(repository, prepared, made.tree);
  const tree = await editTree(repository, base.tree, entriesAfter(own), folder);
  return { commit: await commitAsPtask(repository.top, { tree, parents: [base.commit], message }), tree };
}

/** Files and, where all in them is ignored, folders with a `/` behind. */
async function ignoredIn(top: string): Promise<RawPath[]> {
  const args = [
    'ls-files',
    '-z',
    '--others',
    '--ignored',
    '--exclude-standard',
    '--directory',
    '--no-empty-directory',
  ];
  return records((await git(top, args)).stdout) as RawPath[];
}

const changeOf = ({ before, after }: TreeChange): FileChange['change'] =>
  before === undefined ? 'created' : after === undefined ? 'deleted' : 'modified';

/** Copies files, byte for byte and with their permissions, under numbers. */
function keeper(folder: string): (base: string, path: RawPath, isModeSet: boolean) => Kept {
  let count = 0;
  return (base, path, isModeSet) => {
    const at = locate(base, path);
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory()) return { kind: 'absent' };
    if (stats.isSymbolicLink()) return { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')) };
    count += 1;
    const file = join(folder, String(count));
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(at, file, constants.COPYFILE_FICLONE);
    return { kind: 'file', file, mode: stats.mode & 0o7777, isModeSet };
  };
}
