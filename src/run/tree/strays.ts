// What tasks have changed in the shared tree outside of all that is declared: git's list of what differs from the index,
// before the tasks and after them. Whose it is, the times tell. Files that git ignores are not looked at.

import { lstatSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate, type RawPath, shownPath } from '../../base/raw-path.ts';
import type { Task } from '../../config/config.ts';
import { GitError, git, records } from '../../git/git.ts';
import type { Repository } from '../../git/repository.ts';
import type { FileChange, Stray } from '../../model/report.ts';
import { matcher } from '../../plan/patterns/index.ts';
import { fromTop } from '../isolation/paths.ts';
import { straysOf } from '../isolation/strays.ts';

/** What differs from the index, each path with what tells that it was written since. */
type Differences = ReadonlyMap<RawPath, { print: string; isTracked: boolean }>;

interface Window {
  task: Task;
  covers(path: string): boolean;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

export class StrayWatch {
  readonly #repository: Repository;
  readonly #before: Promise<Differences | undefined>;
  readonly #windows: Window[] = [];
  readonly #clock: string;
  /** Paths that are no strays: what results were integrated at. As shown, relative to the root. */
  readonly #integrated = new Set<string>();

  /** Begins to look at once; tasks must not begin before `ready`. @param scratch a folder of the run, on the disk of the tree */
  constructor(repository: Repository, scratch: string) {
    this.#repository = repository;
    this.#clock = join(scratch, 'clock');
    this.#before = differences(repository).catch(ignoreGit);
  }

  async ready(): Promise<void> {
    await this.#before;
  }

  /** A task begins in the shared tree; call what comes back when it is over. */
  begin(task: Task): () => void {
    const covers = task.writes.length === 0 ? () => false : matcher(task.writes);
    const window: Window = { task, covers, from: this.#now(), to: Number.POSITIVE_INFINITY };
    this.#windows.push(window);
    return () => {
      window.to = this.#now();
    };
  }

  /** By the clock of the file system, which goes in steps of some milliseconds and may be another machine's. */
  #now(): number {
    writeFileSync(this.#clock, '');
    return lstatSync(this.#clock).mtimeMs;
  }

  #during(time: number): Window[] {
    const found = this.#windows.filter(({ from, to }) => time >= from && time <= to);
    // One ended and another began within the same step of the clock: it is the one that begins that works.
    const begun = found.some(({ from }) => from === time);
    return begun ? found.filter(({ to }) => to > time) : found;
  }

  integrated(paths: Iterable<string>): void {
    for (const path of paths) this.#integrated.add(path);
  }

  /** By task, what changed while it ran and is declared by none that ran then. */
  async find(): Promise<Map<string, Stray[]>> {
    const found = new Map<string, Found>();
    const before = await this.#before;
    if (this.#windows.length === 0 || before === undefined) return new Map();
    const after = (await differences(this.#repository).catch(ignoreGit)) ?? before;
    for (const change of changesBetween(this.#repository, before, after)) {
      if (this.#integrated.has(change.path)) continue;
      const then = this.#during(change.time);
      const [first, ...others] = then;
      if (first === undefined || then.some(({ covers }) => covers(change.path))) continue;
      const own: Found = found.get(first.task.id) ?? { changes: [], others: new Map() };
      found.set(first.task.id, own);
      own.changes.push({ path: change.path, change: change.change });
      if (others.length > 0)
        own.others.set(
          change.path,
          others.map(({ task }) => task.id),
        );
    }
    const writes = new Map(this.#windows.map(({ task }) => [task.id, task.writes]));
    return new Map(
      [...found].map(([id, { changes, others }]) => [
        id,
        straysOf(changes, writes.get(id) ?? []).map((stray): Stray => {
          const perhaps = others.get(stray.path);
          return perhaps === undefined ? stray : { ...stray, others: perhaps };
        }),
      ]),
    );
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

function changesBetween({ top, prefix }: Repository, before: Differences, after: Differences): TimedChange[] {
  const changes: TimedChange[] = [];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was?.print === is?.print) continue;
    const stats = statsOf(top, path);
    // What is in neither list is as in the index, and what is untracked came to be where there was nothing.
    const wasThere = was === undefined ? is?.isTracked === true : was.print !== ABSENT;
    if (stats === undefined && !wasThere) continue;
    const change = stats === undefined ? 'deleted' : wasThere ? 'modified' : 'created';
    const time = stats?.ctimeMs ?? folderTime(top, path);
    changes.push({ path: shownPath(fromTop(prefix, path)), change, time });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const ABSENT = 'absent';

async function differences({ top }: Repository): Promise<Differences> {
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
    records(stdout).map((record) => {
      const path = record.slice(3) as RawPath;
      const stats = statsOf(top, path);
      const print =
        stats === undefined ? ABSENT : `${stats.ino}:${stats.size}:${stats.mode}:${stats.ctimeMs}`;
      return [path, { print, isTracked: !record.startsWith('??') }];
    }),
  );
}

/** Where git cannot say, nothing is said. */
function ignoreGit(error: unknown): undefined {
  if (!(error instanceof GitError)) throw error;
  return undefined;
}

/** Undefined as well where a folder on the way is a file now. */
function statsOf(top: string, path: RawPath): Stats | undefined {
  try {
    return lstatSync(locate(top, path), { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** When something was last removed from the folder, or from the nearest one above it that is still there. */
function folderTime(top: string, path: RawPath): number {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const stats = statsOf(top, path.slice(0, at) as RawPath);
    if (stats !== undefined) return stats.mtimeMs;
  }
  return statsOf(top, '' as RawPath)?.mtimeMs ?? 0;
}
