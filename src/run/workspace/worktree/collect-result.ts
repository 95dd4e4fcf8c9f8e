// What a task has done in its worktree, taken out of it: then the worktree may go to another task.

import { lstatSync, mkdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyAsIs } from '../../../base/copy-file.ts';
import { look, mtimeOf, permissionsOf } from '../../../base/look.ts';
import { locate, type RawPath, rawPath, rawPathOf, shownPath } from '../../../base/raw-path.ts';
import { listFolder } from '../../../base/remove-folder.ts';
import { type Fingerprint, fingerprintOf, permissionsIn } from '../../../base/stat-fingerprint.ts';
import type { Task } from '../../../config/config.ts';
import { commitAsPtask } from '../../../git/commit.ts';
import { shownFromTop, toTop } from '../../../git/prefix.ts';
import { adminDirOf, isItself } from '../../../git/ptask-worktree.ts';
import { isThere, type Repository } from '../../../git/repository.ts';
import { editTree, entriesAfter, type TreeChange, treeChanges } from '../../../git/tree.ts';
import type { Worktrees } from '../../../git/worktrees.ts';
import type { FileChange } from '../../../model/report.ts';
import { allBelow } from '../../../store/walk.ts';
import { compare, fingerprints } from '../fingerprints.ts';
import { straysOf } from '../undeclared-writes.ts';
import { folderChanges } from './folder-changes.ts';
import { isOfGit, MadeRepositories } from './made-repositories.ts';
import type { IgnoredChange, Kept, TaskResult } from './results.ts';
import type { State } from './snapshot-history.ts';
import type { PreparedWorktree } from './worktree-pool.ts';

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
  if (isThere(worktree.path) && !isItself(worktree.path))
    throw new Error('its worktree has become a link to another folder');
  if (!isThere(worktree.repository.gitDir)) throw new Error("git's folder for its worktree is gone");
  // What was committed there would be nowhere else.
  if (isThere(join(worktree.path, '.git')) && adminDirOf(worktree.path) !== worktree.repository.gitDir)
    throw new Error('its worktree has become a repository of its own');
  const made = await worktrees.resultOf(worktree, { base: base.commit, message, exclude });
  const { commit, tree } = await withoutSetup(collecting, made, message);
  const changes = await treeChanges(repository, base.tree, tree);
  const after = fingerprints(root, ...reach);
  const keep = keeper(folder);
  const kept = new Map<RawPath, Kept>();
  for (const { path, before: was, after: is } of changes) {
    const isModeSet = was === undefined || isChmodded(shownFromTop(prefix, path));
    kept.set(path, is === undefined ? { kind: 'absent' } : await keep(worktree.path, path, isModeSet));
  }
  const known = new Set(prepared.afterSetup?.nested);
  const nested = made.nested.filter((path) => !known.has(path)).map((path) => shownFromTop(prefix, path));
  const repositories = new MadeRepositories(root, nested.filter(isInRoot), after.keys());
  const inTree = new Set(changes.map(({ path }) => shownFromTop(prefix, path)));
  const written = compare(before, after).filter(({ path }) => !inTree.has(path) && !repositories.holds(path));
  const isSpecial = ({ path, change }: FileChange): boolean =>
    change !== 'deleted' && !isCarriable(join(root, path));
  const special = written.filter(isSpecial).map(({ path }) => path);
  const declared = written.filter((one) => !isSpecial(one));
  const held = declared.length === 0 ? new Set() : worktrees.heldBy(worktree);
  const isHeld = ({ path }: FileChange): boolean => held.has(toTop(prefix, rawPath(path)));
  const carried = declared.filter((one) => !isHeld(one));
  const own = repositories.content([worktree.path, repository.commonDir]);
  const again = declared.filter((one) => one.change === 'modified' && isHeld(one));
  const permitted = again.filter(({ path }) => isChmodded(path));
  const inGit = changes.map(
    (change): FileChange => ({ path: shownFromTop(prefix, change.path), change: changeOf(change) }),
  );
  const ignored: IgnoredChange[] = [];
  for (const { path, change } of carried) {
    const raw = rawPath(path);
    ignored.push({
      path: raw,
      after: change === 'deleted' ? { kind: 'absent' } : await keep(root, raw, true),
    });
  }
  for (const path of own.files) ignored.push({ path, after: await keep(root, path, true) });
  const ofRepositories = own.files
    .filter((path) => !isOfGit(path))
    .map((path): FileChange => ({ path: shownPath(path), change: 'created' }));
  const filesChanged = [...inGit, ...carried, ...ofRepositories, ...permitted].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const gone = [
    ...changes.flatMap((change) => (change.after === undefined ? [change.path] : [])),
    ...carried.flatMap(({ path, change }) => (change === 'deleted' ? [toTop(prefix, rawPath(path))] : [])),
  ];
  return {
    task: task.id,
    base,
    began,
    branch: worktree.branch,
    commit,
    tree,
    changes,
    kept,
    ignored,
    permissions: [
      ...permitted.map(({ path }) => ({
        path: toTop(prefix, rawPath(path)),
        mode: permissionsIn(after.get(path) as string),
      })),
      ...[...kept].flatMap(([path, file]) =>
        file.kind === 'file' && file.isModeSet ? [{ path, mode: file.mode }] : [],
      ),
    ],
    again: new Map(again.map(({ path }) => [path, mtimeOf(lstatSync(join(root, path), { bigint: true }))])),
    staged: await worktrees.staged(worktree),
    folders: await folderChanges(
      prepared,
      [...made.folders, ...own.empty.map((path) => toTop(prefix, path))],
      gone,
    ),
    found,
    filesChanged,
    strays: straysOf(filesChanged, reach),
    dropped: [
      ...leftIn(worktree.path, made.ignored, changes)
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
    return ![...exclude, ...ignored.map((each) => toTop(prefix, each.path))].some(isPart);
  }

  /** Where git does not look: what the task has changed there without declaring it. */
  function unseen(): string[] {
    const isDeclared = (path: string): boolean => before.has(path) || after.has(path) || inTree.has(path);
    const isChanged = ([path, print]: [RawPath, Fingerprint]): boolean => {
      const stats = look(locate(root, path));
      return !isDeclared(shownPath(path)) && (stats === undefined || fingerprintOf(stats) !== print);
    };
    const { copies, submodules } = prepared;
    const made = submodules
      .flatMap((folder) => allBelow(root, rawPath(folder)).files)
      .filter((path) => !copies.has(path) && !isDeclared(shownPath(path)));
    return [...[...copies].filter(isChanged).map(([path]) => path), ...made].map(shownPath);
  }

  /** Whether a file that the task declares has other permissions now. */
  function isChmodded(path: string): boolean {
    const [was, is] = [before.get(path), after.get(path)];
    return was !== undefined && is !== undefined && permissionsIn(was) !== permissionsIn(is);
  }
}

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
function leftIn(top: string, ignored: readonly RawPath[], changes: readonly TreeChange[]): RawPath[] {
  const held = changes.map(({ path }) => path);
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

const changeOf = ({ before, after }: TreeChange): FileChange['change'] =>
  before === undefined ? 'created' : after === undefined ? 'deleted' : 'modified';

/** Copies files, byte for byte and with their permissions and times, under numbers. */
function keeper(folder: string): (base: string, path: RawPath, isModeSet: boolean) => Promise<Kept> {
  let count = 0;
  return async (base, path, isModeSet) => {
    const at = locate(base, path);
    const stats = look(at);
    if (stats === undefined || stats.isDirectory()) return { kind: 'absent' };
    if (stats.isSymbolicLink()) return { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')) };
    count += 1;
    const file = join(folder, String(count));
    mkdirSync(dirname(file), { recursive: true });
    if (!(await copyAsIs(at, file))) return { kind: 'absent' };
    return { kind: 'file', file, mode: permissionsOf(stats), mtime: mtimeOf(stats), isModeSet };
  };
}

/** A FIFO, a socket or a device is not: who opens it may wait for ever. */
function isCarriable(at: string): boolean {
  const stats = lstatSync(at, { throwIfNoEntry: false });
  return stats === undefined || stats.isFile() || stats.isSymbolicLink();
}

/** Outside of the config's folder nothing is carried. */
const isInRoot = (path: string): boolean => !path.startsWith('../');
