// Looks at what tasks change beyond what they are to change: files of the shared tree, and what all worktrees share.

import type { RawPath } from '../../../base/raw-path.ts';
import type { Task } from '../../../config/config.ts';
import type { Repository } from '../../../git/repository.ts';
import type { OutsideChange, Stray } from '../../../model/report.ts';
import { GitWatch } from './git-watch.ts';
import { StrayWatch } from './strays.ts';
import { TaskWindows } from './task-windows.ts';

export interface TreeWatchOptions {
  repository: Repository;
  /** The config's folder. */
  root: string;
  /** A folder of the run, on the disk of the tree. */
  scratch: string;
  tasks: readonly string[];
  /** Whether tasks work in worktrees. */
  hasWorktrees: boolean;
  /** Folders that ptask itself writes to meanwhile, as shown, relative to the root. */
  own: readonly string[];
}

export interface Findings {
  strays: ReadonlyMap<string, Stray[]>;
  /** What tasks have changed, or may have, beyond the tree that they work in. */
  outside: ReadonlyMap<string, OutsideChange[]>;
}

export class TreeWatch {
  readonly #windows: TaskWindows;
  readonly #strays: StrayWatch;
  readonly #git: GitWatch | undefined;
  #isReady: Promise<unknown> | undefined;

  /** Tasks must not begin before `ready`. */
  constructor({ repository, root, scratch, tasks, hasWorktrees, own }: TreeWatchOptions) {
    this.#windows = new TaskWindows(scratch);
    this.#strays = new StrayWatch(repository, root, this.#windows, own);
    this.#git = hasWorktrees ? new GitWatch(repository, this.#windows, tasks) : undefined;
  }

  /** Begins to look; without it that is done once somebody waits for it. */
  look(): void {
    this.#strays.begin();
  }

  async ready(): Promise<void> {
    this.#isReady ??= Promise.all([this.#strays.ready(), this.#git?.begin()]);
    await this.#isReady;
  }

  /** A task begins; call what comes back when it is over. @param covers whether a path is one that it is to change */
  begin(task: Task, isShared: boolean, covers: (path: string) => boolean): () => Promise<void> {
    this.#strays.beforeTask();
    const end = this.#windows.begin(task, isShared, covers);
    return async () => {
      end();
      await this.#git?.look();
    };
  }

  /** A result is about to come over these files, relative to the root. */
  integrating(paths: Iterable<string>): void {
    this.#strays.integrating(paths);
  }

  integrated(paths: Iterable<string>): void {
    this.#strays.integrated(paths);
  }

  /** Something is put back. Relative to the top. */
  changed(paths: Iterable<RawPath>): void {
    this.#strays.changed(paths);
  }

  /** No task begins any more. */
  close(): void {
    this.#windows.close();
  }

  async find(): Promise<Findings> {
    const { strays, past } = await this.#strays.find();
    const outside = new Map(past);
    for (const { by, ...moved } of this.#git?.moved ?? []) {
      const told = by.others.length > 0 ? { ...moved, others: by.others } : moved;
      outside.set(by.task, [...(outside.get(by.task) ?? []), told]);
    }
    return { strays, outside };
  }
}
