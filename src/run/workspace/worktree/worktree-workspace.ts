// A worktree as a task's workspace: what was done in it is taken out of it, to be integrated, and then it goes to another task.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { elapsed } from '../../../base/elapsed.ts';
import { reasonOf } from '../../../base/system-limits.ts';
import type { Config, Task } from '../../../config/config.ts';
import type { Waiting } from '../../../git/lock.ts';
import { Worktrees } from '../../../git/worktrees.ts';
import type { KeptWorktree } from '../../../model/report.ts';
import { anyMatcher } from '../../../plan/patterns/index.ts';
import { reachOf } from '../../../plan/reach.ts';
import type { News } from '../../records/context.ts';
import { printed } from '../../records/printed.ts';
import type { RunFolder } from '../../records/run-folder.ts';
import type { UndoLog } from '../../records/undo-log.ts';
import { compare } from '../fingerprints.ts';
import { fingerprints } from '../pattern-reach.ts';
import type { TreeWatch } from '../shared/watch.ts';
import { strayReason } from '../undeclared-writes.ts';
import { type Collected, type Ended, NOTHING, type Place, undone, type Workspace } from '../workspace.ts';
import { collectResult } from './collect-result.ts';
import type { IsolatedTree } from './isolated-tree.ts';
import { missingIgnored } from './missing-ignored.ts';
import type { TaskResult } from './results.ts';
import { type PreparedWorktree, WorktreePool } from './worktree-pool.ts';

export interface WorktreeWorkspacesOptions {
  config: Config;
  tree: IsolatedTree;
  runId: string;
  folder: RunFolder;
  undoLog: UndoLog;
  /** See state-dir.ts. */
  home: string;
  waiting: Waiting;
  emit(news: News): void;
}

/** What is left of them at the end of a run. */
export interface WorktreesEnded {
  worktrees: number;
  branches: number;
  kept: readonly KeptWorktree[];
  problems: string[];
}

export class WorktreeWorkspaces {
  readonly #options: WorktreeWorkspacesOptions;
  readonly #worktrees: Worktrees;
  readonly #pool: WorktreePool;
  /** By task: what of its files is gone with the worktree. */
  readonly #dropped = new Map<string, string[]>();
  readonly #special = new Map<string, string[]>();
  #collected = 0;
  #setUp = 0;

  constructor(options: WorktreeWorkspacesOptions) {
    const { config, tree, runId, undoLog, home, waiting } = options;
    this.#options = options;
    this.#worktrees = new Worktrees(tree.repository, {
      dir: config.worktrees.dir,
      view: tree.view,
      undoLog: (entry) => undoLog.writeThrough(entry),
      waiting,
    });
    const keeping = { home, runId, undoLog };
    const { signal } = waiting;
    this.#pool = new WorktreePool(config, tree.repository, this.#worktrees, tree.chain, keeping, signal);
  }

  /** For a task that begins now. Throws where none can be made. */
  async open(task: Task, watch: TreeWatch | undefined): Promise<Workspace<TaskResult>> {
    const { tree, emit } = this.#options;
    const begin = elapsed();
    const prepared = await this.#pool.open(task, () => tree.history.length, tree.carried ?? new Map());
    const { worktree, reused, reach } = prepared;
    const { branch, path } = worktree;
    const durationMs = Math.round(elapsed() - begin);
    emit({ type: 'workspace-ready', id: task.id, path, branch, reused, durationMs });
    return new WorktreeWorkspace(this, task, prepared, watch, watch?.begin(task, false, anyMatcher(reach)));
  }

  get setup(): readonly string[] {
    return this.#options.config.worktrees.setup;
  }

  /** The setup of its worktree is done: what is there now is what the task begins with. */
  async setUp(task: Task, prepared: PreparedWorktree): Promise<void> {
    const exclude = this.#pool.placedIn(prepared);
    const { commit: base, tree: from } = prepared.base;
    const message = 'ptask: setup';
    this.#setUp += 1;
    prepared.afterSetup = await this.#options.tree.holds.holding(
      `setup-${this.#setUp}`,
      () => this.#worktrees.resultOf(prepared.worktree, { base, message, exclude }),
      { from },
    );
    prepared.reach = reachOf(prepared.root, task.writes);
    prepared.before = fingerprints(prepared.root, ...prepared.reach);
  }

  /** Nothing of what was done in it is needed any more. */
  close(prepared: PreparedWorktree): void {
    this.#pool.close(prepared);
  }

  /** What it may have failed for, a clause. */
  missing(task: Task, { root: workdir }: PreparedWorktree): Promise<string | undefined> {
    const { config, folder } = this.#options;
    return missingIgnored({ config, workdir, task, output: printed(folder, task.id) });
  }

  /** What was done in it is not wanted; whether somebody wants to look at it, the config says. */
  failed({ id }: Task, prepared: PreparedWorktree, reason: string): void {
    if (this.#options.config.worktrees.keep === 'failed')
      this.#pool.keep(prepared, id, `it failed: ${reason}`);
    else this.#pool.close(prepared);
  }

  /** Takes what the task has done out of its worktree. Where that fails the worktree is kept: there is no other copy. */
  async collect(task: Task, prepared: PreparedWorktree): Promise<TaskResult> {
    try {
      const result = await this.#collect(task, prepared);
      // What is ignored may come from the setup, which nobody misses.
      this.#dropped.set(task.id, this.setup.length > 0 ? [] : result.dropped);
      this.#special.set(task.id, result.special);
      return result;
    } catch (error) {
      const reason = `its changes could not be collected: ${reasonOf(error)}`;
      const isKept = this.#pool.keep(prepared, task.id, reason);
      throw new Error(isKept ? `${reason}; they are in ${prepared.worktree.path}` : reason);
    }
  }

  #collect(task: Task, prepared: PreparedWorktree): Promise<TaskResult> {
    const { repository, holds, scratch } = this.#options.tree;
    const worktrees = this.#worktrees;
    const exclude = this.#pool.placedIn(prepared);
    this.#collected += 1;
    const name = String(this.#collected);
    const make = (): Promise<TaskResult> => {
      const folder = join(scratch, 'results', name);
      rmSync(folder, { recursive: true, force: true });
      return collectResult({ repository, worktrees, task, prepared, exclude, folder });
    };
    return holds.holding(`result-${name}`, make, { changesOf: ({ treeChanges }) => treeChanges });
  }

  /** Removes the worktrees, and the branches that nobody needs. All tasks must be over. */
  async end(): Promise<WorktreesEnded> {
    const { worktrees, branches, problems } = await this.#pool.end();
    return {
      worktrees,
      branches,
      kept: this.#pool.kept,
      problems: [
        ...named("not for git to carry and in no task's writes, so gone with the worktrees", this.#dropped),
        ...named('not a regular file (a FIFO, socket or device), so gone with the worktrees', this.#special),
        ...problems,
      ],
    };
  }
}

class WorktreeWorkspace implements Workspace<TaskResult> {
  readonly place: Place;
  readonly #owner: WorktreeWorkspaces;
  readonly #task: Task;
  readonly #prepared: PreparedWorktree;
  readonly #watch: TreeWatch | undefined;
  readonly #endWindow: (() => Promise<void>) | undefined;

  constructor(
    owner: WorktreeWorkspaces,
    task: Task,
    prepared: PreparedWorktree,
    watch: TreeWatch | undefined,
    endWindow: (() => Promise<void>) | undefined,
  ) {
    this.#owner = owner;
    this.#task = task;
    this.#prepared = prepared;
    this.#watch = watch;
    this.#endWindow = endWindow;
    const { setup } = owner;
    this.place = {
      workdir: prepared.root,
      branch: prepared.worktree.branch,
      setup,
      ...(setup.length > 0 && { onSetUp: () => owner.setUp(task, prepared) }),
      onOutlived() {
        prepared.isOutlived = true;
      },
      changed: () => compare(prepared.before, fingerprints(prepared.root, ...prepared.reach)),
    };
  }

  async collect({ status, reason = 'failed' }: Ended): Promise<Collected<TaskResult>> {
    await this.#endWindow?.();
    const { branch } = this.#prepared.worktree;
    const nothing = { ...NOTHING, branch };
    if (status !== 'passed') {
      const done = undone({ ...nothing, filesChanged: this.place.changed() });
      const missing = status === 'failed' ? await this.#owner.missing(this.#task, this.#prepared) : undefined;
      if (status === 'failed') this.#owner.failed(this.#task, this.#prepared, reason);
      else this.#owner.close(this.#prepared);
      return { done, ...(missing !== undefined && { failure: `${reason}; ${missing}` }) };
    }
    let result: TaskResult;
    try {
      result = await this.#owner.collect(this.#task, this.#prepared);
    } catch (error) {
      return { done: nothing, failure: reasonOf(error) };
    }
    const { filesChanged, strays } = result;
    const isStrict = this.#task.strays === 'error';
    const hasStrayed = isStrict && strays.length > 0;
    const failure = hasStrayed ? strayReason(strays) : isStrict ? await this.#pastIt() : undefined;
    if (failure === undefined) {
      this.#owner.close(this.#prepared);
      return { done: { filesChanged, strays, branch }, result };
    }
    this.#owner.failed(this.#task, this.#prepared, failure);
    return { done: hasStrayed ? { ...nothing, strays } : nothing, failure };
  }

  /** Why a task fails that has surely changed files of the shared tree. */
  async #pastIt(): Promise<string | undefined> {
    const outside = (await this.#watch?.find())?.outside.get(this.#task.id) ?? [];
    const [first, ...more] = outside.filter(
      ({ kind, others, perhapsUser }) => kind === 'file' && others === undefined && perhapsUser !== true,
    );
    if (first === undefined) return undefined;
    return `it changed ${first.name}${more.length > 0 ? ` and ${more.length} more` : ''} in the shared tree, outside its worktree`;
  }

  /** The user's own tree is as it was: only what was collected can reach it, and what was not is gone with the worktree. */
  async keep(): Promise<undefined> {}

  async discard(): Promise<undefined> {}
}

/** How many of the paths are named. */
const MAX_NAMED = 3;

/** A line about results that somebody may look for in vain. */
function named(what: string, paths: ReadonlyMap<string, readonly string[]>): string[] {
  const all = [...paths].flatMap(([task, list]) => list.map((path) => `${path} of ${task}`)).sort();
  if (all.length === 0) return [];
  const rest = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
  return [`${what}: ${all.slice(0, MAX_NAMED).join(', ')}${rest}`];
}
