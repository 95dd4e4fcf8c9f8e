// What a task has done in its worktree, taken out of it: then the worktree may go to another task.

import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyAsIs } from '../../../base/copy-file.ts';
import { look } from '../../../base/look.ts';
import { changesBetween, kindOf } from '../../../base/path-change.ts';
import { type FsPath, locate, type RawPath, rawPath, rawPathOf, shownPath } from '../../../base/raw-path.ts';
import { listFolder } from '../../../base/remove-folder.ts';
import { type Fingerprint, mtimeIn, permissionsIn, printOf } from '../../../base/stat-fingerprint.ts';
import type { Task } from '../../../config/config.ts';
import { commitAsPtask } from '../../../git/commit.ts';
import { fromTop, shownFromTop, toTop } from '../../../git/prefix.ts';
import { adminDirOf, isItself } from '../../../git/ptask-worktree.ts';
import { isThere, type Repository } from '../../../git/repository.ts';
import { editTree, entriesAfter, treeChanges } from '../../../git/tree.ts';
import type { Worktrees } from '../../../git/worktrees.ts';
import type { PathState } from '../../../store/change.ts';
import { stateAt } from '../../../store/state-at.ts';
import { allBelow } from '../../../store/walk.ts';
import { fingerprints } from '../pattern-reach.ts';
import { straysOf } from '../undeclared-writes.ts';
import { folderChanges } from './folder-changes.ts';
import { isOfGit, MadeRepositories } from './made-repositories.ts';
import { changesBy, type ResultChange, type TaskResult } from './results.ts';
import type { State } from './snapshot-history.ts';
import type { PreparedWorktree } from './worktree-pool.ts';

const ABSENT: PathState = { kind: 'absent' };

export interface Collecting {
  repository: Repository;
  worktrees: Worktrees;
  task: Task;
  prepared: PreparedWorktree;
  /** What the task did not do, though it is there: paths of the repository. */
  exclude: RawPath[];
  /** A new folder for the files. */
  folder: string;
}

export async function collectResult(collecting: Collecting): Promise<TaskResult> {
  const { repository, worktrees, task, prepared, exclude, folder } = collecting;
  const { worktree, base, began, root, reach, before, found } = prepared;
  const { prefix } = repository;
  const message = `${task.description || task.id}\n`;
  assertItself(prepared);
  const isLast = prepared.isOutlived !== true;
  const made = await worktrees.resultOf(worktree, { base: base.commit, message, exclude, isLast });
  const { commit, tree } = await withoutSetup(collecting, made, message);
  const inTree = await treeChanges(repository, base.tree, tree);
  const after = fingerprints(root, ...reach);
  const declared = changesBetween(before, after).map((change) => ({
    ...change,
    inRoot: change.path,
    shown: shownPath(change.path),
    path: toTop(prefix, change.path),
  }));
  const chmodded = new Set(declared.filter(isChmodded).map(({ path }) => path));
  const keep = keeper(folder);
  const changes: ResultChange[] = [];
  for (const change of inTree) {
    const { path } = change;
    const setsMode = change.before === undefined || chmodded.has(path);
    const left = change.after === undefined ? ABSENT : await keep(worktree.path, path);
    changes.push({ way: 'merge', path, told: kindOf(change), tree: change, after: left, setsMode });
  }

  const known = new Set(prepared.afterSetup?.nested);
  const nested = made.nested.filter((path) => !known.has(path)).map((path) => shownFromTop(prefix, path));
  const repositories = new MadeRepositories(root, nested.filter(isInRoot), [...after.keys()].map(shownPath));
  const merged = new Set(inTree.map(({ path }) => path));
  const beside = declared.filter(({ path, shown }) => !merged.has(path) && !repositories.holds(shown));
  const [special, carriable] = [[] as string[], [] as typeof beside];
  for (const change of beside) {
    if (change.after === undefined || isCarriable(locate(root, change.inRoot))) carriable.push(change);
    else special.push(change.shown);
  }
  const held = carriable.length === 0 ? new Set() : worktrees.heldBy(worktree);
  const wasThere = (path: RawPath): Fingerprint | 'absent' => found.get(fromTop(prefix, path)) ?? 'absent';
  for (const change of carriable) {
    const { path } = change;
    if (!held.has(path)) {
      const left = change.after === undefined ? ABSENT : await keep(worktree.path, path);
      changes.push({ way: 'replace', path, told: kindOf(change), before: wasThere(path), after: left });
    } else if (change.before !== undefined && change.after !== undefined) {
      const mtime = mtimeIn(change.after);
      const mode = { told: 'modified' as const, mode: permissionsIn(change.after) };
      changes.push({ way: 'touch', path, mtime, ...(chmodded.has(path) && mode) });
    }
  }
  const own = repositories.content([worktree.path, repository.commonDir]);
  for (const inRoot of own.files) {
    const path = toTop(prefix, inRoot);
    const told = isOfGit(inRoot) ? {} : { told: 'created' as const };
    const left = await keep(worktree.path, path);
    changes.push({ way: 'replace', path, ...told, before: wasThere(path), after: left });
  }
  const gone = changes.filter((change) => 'after' in change && change.after.kind === 'absent');
  const empty = [...made.folders, ...own.empty.map((path) => toTop(prefix, path))];
  changes.push(
    ...(await folderChanges(
      prepared,
      empty,
      gone.map(({ path }) => path),
    )),
  );

  const filesChanged = changes
    .flatMap(({ path, told }) => (told ? [{ path: shownFromTop(prefix, path), change: told }] : []))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const replaced = changesBy({ changes }, 'replace').map(({ path }) => path);
  return {
    task: task.id,
    base,
    began,
    branch: worktree.branch,
    commit,
    tree,
    changes,
    treeChanges: inTree,
    staged: await worktrees.staged(worktree),
    filesChanged,
    strays: straysOf(filesChanged, reach),
    dropped: [
      ...leftIn(worktree.path, made.ignored, merged)
        .filter((path) => isDropped(path))
        .map((path) => shownFromTop(prefix, path)),
      ...unseen(),
    ],
    special,
  };

  /** Whether the task has made it, and no part of it is carried over. */
  function isDropped(path: RawPath): boolean {
    const isPart = (other: RawPath): boolean =>
      other === path || path.startsWith(`${other}/`) || (path.endsWith('/') && other.startsWith(path));
    return ![...exclude, ...replaced].some(isPart);
  }

  /** Where git does not look: what the task has changed there without declaring it. */
  function unseen(): string[] {
    const isDeclared = (path: RawPath): boolean =>
      before.has(path) || after.has(path) || merged.has(toTop(prefix, path));
    const isChanged = ([path, print]: [RawPath, Fingerprint]): boolean =>
      !isDeclared(path) && printOf(look(locate(root, path))) !== print;
    const { copies, submodules } = prepared;
    const made = submodules
      .flatMap((folder) => allBelow(root, rawPath(folder)).files)
      .filter((path) => !copies.has(path) && !isDeclared(path));
    return [...[...copies].filter(isChanged).map(([path]) => path), ...made].map(shownPath);
  }
}

/** What was committed elsewhere would be nowhere else. */
function assertItself({ worktree }: PreparedWorktree): void {
  const { path, repository } = worktree;
  if (isThere(path) && !isItself(path)) throw new Error('its worktree has become a link to another folder');
  if (!isThere(repository.gitDir)) throw new Error("git's folder for its worktree is gone");
  if (isThere(join(path, '.git')) && adminDirOf(path) !== repository.gitDir)
    throw new Error('its worktree has become a repository of its own');
}

const isChmodded = ({ before, after }: { before?: Fingerprint; after?: Fingerprint }): boolean =>
  before !== undefined && after !== undefined && permissionsIn(before) !== permissionsIn(after);

/** What the task has done to what the setup had left, done to the base instead. */
async function withoutSetup(
  { repository, prepared }: Collecting,
  made: Pick<State, 'commit' | 'tree'>,
  message: string,
): Promise<Pick<State, 'commit' | 'tree'>> {
  const { base, afterSetup } = prepared;
  if (afterSetup === undefined || afterSetup.tree === base.tree) return made;
  const own = await treeChanges(repository, afterSetup.tree, made.tree);
  const tree = await editTree(repository, base.tree, entriesAfter(own));
  return { commit: await commitAsPtask(repository, { tree, parents: [base.commit], message }), tree };
}

/** The ignored paths, without what the result holds all the same and folders with no file in them. */
function leftIn(top: string, ignored: readonly RawPath[], merged: ReadonlySet<RawPath>): RawPath[] {
  const held = [...merged];
  return ignored.flatMap((path) => {
    if (held.includes(path)) return [];
    if (!path.endsWith('/')) return [path];
    const folder = path.slice(0, -1) as RawPath;
    if (!held.some((each) => each.startsWith(path))) return hasFile(top, folder) ? [path] : [];
    return allBelow(top, folder).files.filter((each) => !held.includes(each));
  });
}

/** One that may not be read has none that anybody could find. */
function hasFile(top: string, folder: RawPath): boolean {
  try {
    return listFolder(locate(top, folder)).some(
      (entry) => !entry.isDirectory() || hasFile(top, `${folder}/${rawPathOf(entry.name)}` as RawPath),
    );
  } catch {
    return false;
  }
}

/** Copies files, byte for byte and with their permissions and times, under numbers. */
function keeper(folder: string): (base: string, path: RawPath) => Promise<PathState> {
  let count = 0;
  return async (base, path) => {
    const at = locate(base, path);
    const state = stateAt(at);
    if (state?.kind === 'link') return state;
    if (state?.kind !== 'file') return ABSENT;
    count += 1;
    const copied = join(folder, String(count));
    mkdirSync(folder, { recursive: true });
    return (await copyAsIs(at, copied)) ? { ...state, content: { copied } } : ABSENT;
  };
}

/** A FIFO, a socket or a device is not: who opens it may wait for ever. */
function isCarriable(at: FsPath): boolean {
  const stats = lstatSync(at, { throwIfNoEntry: false });
  return stats === undefined || stats.isFile() || stats.isSymbolicLink();
}

/** Outside of the config's folder nothing is carried. */
const isInRoot = (path: string): boolean => !path.startsWith('../');
