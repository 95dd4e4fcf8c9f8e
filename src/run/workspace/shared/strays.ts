// What tasks have changed in the shared tree outside of all that is declared: git's list of what differs from the index,
// before the tasks and after them. Whose it is, the times tell, and what the commands say: a task in a worktree may reach
// past it. Files that git ignores are not looked at.

import { join, sep } from 'node:path';
import { look, millisecondsOf } from '../../../base/look.ts';
import { changesBetween } from '../../../base/path-change.ts';
import { isWithin } from '../../../base/path-names.ts';
import { locate, type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import { printOf } from '../../../base/stat-fingerprint.ts';
import { GitError, git, records } from '../../../git/git.ts';
import { shownFromTop, toTop } from '../../../git/prefix.ts';
import { adminDirOf } from '../../../git/ptask-worktree.ts';
import type { Repository } from '../../../git/repository.ts';
import type { FileChange, OutsideChange, Stray } from '../../../model/report.ts';
import { suspectsOf } from './suspects.ts';
import type { TaskWindows } from './task-windows.ts';

/** What differs from the index, each path with what tells that it was written since. */
type Differences = ReadonlyMap<RawPath, { state: string; isTracked: boolean }>;

/** By task. */
export interface FoundStrays {
  /** Of those that work in the shared tree. */
  strays: Map<string, Stray[]>;
  /** What those in worktrees have changed past them, or may have. */
  past: Map<string, OutsideChange[]>;
}

export class StrayWatch {
  readonly #repository: Repository;
  readonly #root: string;
  readonly #windows: TaskWindows;
  readonly #own: ReadonlySet<string>;
  #before: Promise<Differences | undefined> | undefined;
  #begun = Number.POSITIVE_INFINITY;
  /** How ptask itself has left a path, by integrating a result or putting something back. */
  readonly #ours = new Map<RawPath, string>();
  /** The same while no task runs, and nobody could change it: to be looked at before one does. */
  readonly #left = new Set<RawPath>();
  /** What was seen before a result came over it. */
  readonly #seen: TimedChange[] = [];

  /**
   * Tasks must not begin before `ready`.
   * @param root the config's folder
   * @param own folders that are not looked at, relative to the root
   */
  constructor(repository: Repository, root: string, windows: TaskWindows, own: readonly string[]) {
    this.#repository = repository;
    this.#root = root;
    this.#windows = windows;
    this.#own = new Set(own);
  }

  /** Begins to look: it asks git, which works while others go on. */
  begin(): void {
    if (this.#before !== undefined) return;
    this.#begun = this.#windows.now();
    this.#before = differences(this.#repository).catch(ignoreGit);
    // Who waits for it hears of it; a run that does not come to begin waits for nothing.
    this.#before.catch(() => {});
  }

  async ready(): Promise<void> {
    this.begin();
    await this.#before;
  }

  /** A result is about to come over these files: what tasks have done to them shows only until then. Relative to the root, as shown. */
  integrating(paths: Iterable<string>): void {
    const { top, prefix } = this.#repository;
    this.#lookAtLeft();
    for (const path of paths) {
      const raw = toTop(prefix, rawPath(path));
      const stats = look(locate(top, raw));
      if (stats === undefined || stats.isDirectory() || millisecondsOf(stats.ctimeNs) <= this.#begun)
        continue;
      if (this.#ours.get(raw) === printOf(stats)) continue;
      const seen: TimedChange = { path, change: 'modified', time: millisecondsOf(stats.ctimeNs) };
      const isKnown = this.#seen.some((each) => each.path === path && each.time === seen.time);
      if (!isKnown) this.#seen.push(seen);
    }
  }

  integrated(paths: Iterable<string>): void {
    const { prefix } = this.#repository;
    this.changed([...paths].map((path) => toTop(prefix, rawPath(path))));
  }

  /** By ptask itself, as it is now. Relative to the top. */
  changed(paths: Iterable<RawPath>): void {
    for (const path of paths) this.#left.add(path);
    if (this.#windows.isAnyOpen) this.#lookAtLeft();
  }

  beforeTask(): void {
    this.#lookAtLeft();
  }

  #lookAtLeft(): void {
    for (const path of this.#left) this.#ours.set(path, printOf(look(locate(this.#repository.top, path))));
    this.#left.clear();
  }

  /** What changed while tasks ran and is declared by none that ran then. */
  async find(): Promise<FoundStrays> {
    const found = new Map<string, Found>();
    const past = new Map<string, OutsideChange[]>();
    const before = await this.#before;
    if (this.#windows.all.length === 0 || before === undefined) return { strays: new Map(), past };
    this.#lookAtLeft();
    const after = (await differences(this.#repository).catch(ignoreGit)) ?? before;
    for (const change of [...this.#seen, ...this.#changesBetween(before, after)]) {
      if (isWithin(change.path, this.#own)) continue;
      const then = this.#windows.during(change.time);
      if (then.some(({ isShared, covers }) => isShared && covers(change.path))) continue;
      const by = suspectsOf(then, change.path, this.#root);
      if (by === undefined) continue;
      const { task, others, perhapsUser, isShared } = by;
      if (!isShared) {
        const told: OutsideChange = {
          kind: 'file',
          name: change.path,
          change: change.change,
          ...(others.length > 0 && { others }),
          ...(perhapsUser && { perhapsUser }),
        };
        past.set(task, [...(past.get(task) ?? []), told]);
        continue;
      }
      const own: Found = found.get(task) ?? { changes: [], others: new Map() };
      found.set(task, own);
      own.changes.push({ path: change.path, change: change.change });
      if (others.length > 0) own.others.set(change.path, others);
    }
    if (found.size === 0) return { strays: new Map(), past };
    const { straysOf } = await import('../undeclared-writes.ts');
    const writes = new Map(this.#windows.all.map(({ task }) => [task.id, task.writes]));
    const strays = new Map(
      [...found].map(([id, { changes, others }]) => [
        id,
        straysOf(changes, [writes.get(id) ?? []]).map((stray): Stray => {
          const perhaps = others.get(stray.path);
          return perhaps === undefined ? stray : { ...stray, others: perhaps };
        }),
      ]),
    );
    return { strays, past };
  }

  #changesBetween(before: Differences, after: Differences): TimedChange[] {
    const { top, prefix } = this.#repository;
    const differing = changesBetween(before, after, (one, other) => one.state === other.state);
    const changes = differing.flatMap(({ path, before: was, after: is }): TimedChange[] => {
      const stats = look(locate(top, path));
      if (this.#ours.get(path) === printOf(stats)) return [];
      // What is in neither list is as in the index, and what is untracked came to be where there was nothing.
      const wasThere = was === undefined ? is?.isTracked === true : was.state !== ABSENT;
      if (stats === undefined && !wasThere) return [];
      const change = stats === undefined ? 'deleted' : wasThere ? 'modified' : 'created';
      const time = stats === undefined ? folderTime(top, path) : millisecondsOf(stats.ctimeNs);
      return [{ path: shownFromTop(prefix, path), change, time }];
    });
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

interface Found {
  changes: FileChange[];
  /** By path, who else may have done it. */
  others: Map<string, string[]>;
}

interface TimedChange extends FileChange {
  /** When, in milliseconds since 1970. */
  time: number;
}

const ABSENT = 'absent';
const OURS = /(^|\/)\.ptask\//;

/** Worktrees may be put into the repository itself, where git takes each for a repository of its own. */
const isWorktree = ({ top, commonDir }: Repository, path: RawPath): boolean =>
  path.endsWith('/') &&
  adminDirOf(join(top, shownPath(path)))?.startsWith(join(commonDir, 'worktrees') + sep) === true;

async function differences(repository: Repository): Promise<Differences> {
  const { top } = repository;
  const args = [
    'status',
    '--porcelain',
    '-z',
    '--no-renames',
    '--untracked-files=all',
    '--ignore-submodules=dirty',
  ];
  const { stdout } = await git(top, args);
  return new Map(
    records(stdout).flatMap((record): [RawPath, { state: string; isTracked: boolean }][] => {
      const path = record.slice(3) as RawPath;
      // For a moment nothing may say that it is ignored, when a task has swept it away.
      if (OURS.test(path) || isWorktree(repository, path)) return [];
      return [[path, { state: printOf(look(locate(top, path))), isTracked: !record.startsWith('??') }]];
    }),
  );
}

/** Where git cannot say, nothing is said. */
function ignoreGit(error: unknown): undefined {
  if (!(error instanceof GitError)) throw error;
  return undefined;
}

/** When something was last removed from the folder, or from the nearest one above it that is still there. */
function folderTime(top: string, path: RawPath): number {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const stats = look(locate(top, path.slice(0, at) as RawPath));
    if (stats !== undefined) return millisecondsOf(stats.mtimeNs);
  }
  return millisecondsOf(look(top)?.mtimeNs ?? 0n);
}
