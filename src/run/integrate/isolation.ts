// The isolated tasks of a run, from the worktree that one begins in to its result, which is integrated or dropped.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RawPath } from '../../base/raw-path.ts';
import type { Config, Task } from '../../config/config.ts';
import type { Head } from '../../git/branch.ts';
import { despiteLoss, Holds } from '../../git/holds.ts';
import type { Waiting } from '../../git/lock.ts';
import { RawView } from '../../git/raw-view.ts';
import type { Repository } from '../../git/repository.ts';
import { Snapshots } from '../../git/snapshot.ts';
import { Worktrees } from '../../git/worktrees.ts';
import type { Plan } from '../../model/plan.ts';
import type { IntegrationConflict, KeptBranch, KeptWorktree } from '../../model/report.ts';
import { reachOf } from '../../plan/reach.ts';
import type { Ledger } from '../records/undo-log.ts';
import { footprint } from '../workspace/file-prints.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import { settle } from '../workspace/worktree/collect-result.ts';
import type { Kept, TaskResult } from '../workspace/worktree/results.ts';
import { Chain } from '../workspace/worktree/snapshot-history.ts';
import { type Workspace, Workspaces } from '../workspace/worktree/workspaces.ts';
import { History } from './history.ts';
import { type Integrated, type IntegrationContext, integrate } from './integrate.ts';
import { Publication } from './publication.ts';
import { foundAt, Reruns, unresolved } from './reruns.ts';
import { resolutionFor } from './resolutions.ts';
import type { Resolver } from './resolve.ts';

export interface IsolationOptions {
  config: Config;
  repository: Repository;
  plan: Plan;
  /** What the work tree was on when the run began. */
  begun: Head;
  runId: string;
  ledger: Ledger;
  /** See home.ts. */
  home: string;
  shared: SharedTree;
  resolver: Resolver;
  /** A folder of ours, which goes at the end. */
  scratch: string;
  waiting: Waiting;
}

/** Its result does not fit, and running it again would not help. */
export interface Stuck {
  kind: 'stuck';
  conflicts: IntegrationConflict[];
}

export interface Cleanup {
  worktrees: number;
  branches: number;
  kept: KeptBranch[];
  keptWorktrees?: KeptWorktree[];
  problems: string[];
  uncommitted?: string;
}

export class Isolation {
  readonly #repository: Repository;
  readonly #scratch: string;
  readonly #chain: Chain;
  readonly #history = new History();
  readonly #worktrees: Worktrees;
  readonly #workspaces: Workspaces;
  readonly #publication: Publication;
  readonly #integration: IntegrationContext;
  readonly #problems: string[] = [];
  readonly #reruns: Reruns;
  /** By task. */
  readonly #dropped = new Map<string, string[]>();
  readonly #special = new Map<string, string[]>();
  /** Whether what is ignored in a worktree may come from the setup, which nobody misses. */
  readonly #hasSetup: boolean;
  /** Where no file of the user is changed: what tasks have left that git ignores, for those after them. */
  readonly #carried: Map<RawPath, Kept> | undefined;
  readonly #holds: Holds;
  readonly #snapshots: Snapshots;
  readonly #keepsFailed: boolean;
  #settled = 0;
  #setUp = 0;

  constructor(options: IsolationOptions) {
    const { config, repository, plan, begun, runId, ledger, home, shared, resolver, scratch, waiting } =
      options;
    const mode = config.integrate;
    this.#repository = repository;
    this.#scratch = scratch;
    this.#carried = mode === 'branches' ? new Map() : undefined;
    this.#hasSetup = config.worktrees.setup.length > 0;
    this.#keepsFailed = config.worktrees.keep === 'failed';
    const view = new RawView(repository, join(scratch, 'bytes'));
    this.#snapshots = new Snapshots(repository, { scratch: join(scratch, 'snapshots'), view });
    this.#holds = new Holds(repository, runId);
    this.#chain = new Chain(repository, this.#snapshots, this.#holds, mode === 'branches');
    this.#worktrees = new Worktrees(repository, {
      dir: config.worktrees.dir,
      view,
      ledger: (entry) => ledger.writeThrough(entry),
      waiting,
    });
    this.#workspaces = new Workspaces(config, repository, this.#worktrees, this.#chain, {
      home,
      runId,
      ledger,
    });
    this.#publication = new Publication({
      repository,
      view,
      plan,
      mode,
      begun,
      runId,
      ledger,
      holds: this.#holds,
      scratch,
      waiting,
    });
    const resolutions = resolutionFor(config.onCollision);
    this.#reruns = new Reruns(resolutions);
    this.#integration = {
      repository,
      view,
      chain: this.#chain,
      history: this.#history,
      resolutionFor: resolutions,
      resolver,
      scratch,
      // Only branches are asked for: the files stay as they are.
      tree: mode === 'branches' ? undefined : shared,
    };
  }

  /** A worktree for a task that begins now. */
  open(task: Task): Promise<Workspace> {
    return this.#workspaces.open(task, this.#history.length, this.#carried ?? new Map());
  }

  /** The setup of its worktree is done: what is there now is what the task begins with. */
  async setUp(task: Task, workspace: Workspace): Promise<void> {
    const exclude = this.#workspaces.placedIn(workspace);
    const { commit: base, tree: from } = workspace.base;
    const message = 'ptask: setup';
    this.#setUp += 1;
    workspace.prepared = await this.#holds.holding(
      `setup-${this.#setUp}`,
      () => this.#worktrees.resultOf(workspace.worktree, { base, message, exclude }),
      { from },
    );
    workspace.reach = reachOf(workspace.root, task.writes);
    workspace.before = footprint(workspace.root, ...workspace.reach);
  }

  /** Nothing of what was done in it is needed any more. */
  close(workspace: Workspace): void {
    this.#workspaces.close(workspace);
  }

  /** What was done in it is not wanted; whether somebody wants to look at it, the config says. */
  failed({ id }: Task, workspace: Workspace, reason: string): void {
    if (this.#keepsFailed) this.#workspaces.keep(workspace, id, `it failed: ${reason}`);
    else this.#workspaces.close(workspace);
  }

  /** Takes what the task has done out of its worktree. Where that fails the worktree is kept: there is no other copy. */
  async settle(task: Task, workspace: Workspace): Promise<TaskResult> {
    try {
      const result = await this.#collect(task, workspace);
      this.#dropped.set(task.id, this.#hasSetup ? [] : result.dropped);
      this.#special.set(task.id, result.special);
      return result;
    } catch (error) {
      const reason = `its changes could not be collected: ${(error as Error).message}`;
      const isKept = this.#workspaces.keep(workspace, task.id, reason);
      throw new Error(isKept ? `${reason}; they are in ${workspace.worktree.path}` : reason);
    }
  }

  #collect(task: Task, workspace: Workspace): Promise<TaskResult> {
    const repository = this.#repository;
    const worktrees = this.#worktrees;
    const exclude = this.#workspaces.placedIn(workspace);
    this.#settled += 1;
    const name = String(this.#settled);
    const make = (): Promise<TaskResult> => {
      const folder = join(this.#scratch, 'results', name);
      rmSync(folder, { recursive: true, force: true });
      return settle({ repository, worktrees, task, workspace, exclude, folder });
    };
    return this.#holds.holding(`result-${name}`, make, { changesOf: ({ changes }) => changes });
  }

  /** A task that works in the shared tree is over. Paths as shown, relative to the root. */
  sharedTaskOver(task: string, paths: readonly string[]): void {
    this.#history.add(task, paths);
    if (paths.length > 0) this.#chain.outdated();
  }

  /** @param durationMs how long the task took for it, retries included */
  async integrate(task: Task, result: TaskResult, durationMs: number): Promise<Integrated | Stuck> {
    const outcome = await despiteLoss(
      () => integrate(this.#integration, task, result),
      () => this.#snapshots.forget(),
    );
    if (outcome.kind === 'integrated') {
      this.#publication.add(task, result, outcome);
      this.#problems.push(...outcome.problems);
      for (const { path, after } of result.ignored) this.#carried?.set(path, after);
    } else if (outcome.kind === 'rerun') {
      const { conflicts } = outcome;
      const found = foundAt(this.#repository, conflicts);
      const reason = this.#reruns.refuse({ task, conflicts, over: this.#history.length, found, durationMs });
      if (reason === undefined) return outcome;
      await this.#publication.keep(task, result, `its result does not fit: ${reason}`);
      return { kind: 'stuck', conflicts: unresolved(conflicts, reason) };
    } else if (outcome.kind === 'abort') {
      await this.#publication.keepAll('its result does not fit to that of another', { task, result });
    }
    return outcome;
  }

  /** What cannot be integrated becomes a branch, as far as git still works. */
  async keepResult(task: Task, result: TaskResult, reason: string): Promise<void> {
    await this.#publication.keep(task, result, reason).catch((error: Error) => {
      this.#problems.push(`the result of ${task.id} is lost: ${error.message}`);
    });
  }

  /** Why what was to be committed was not, once it was tried. */
  get uncommitted(): string | undefined {
    return this.#publication.uncommitted;
  }

  /** Commits and merges what was integrated, where that is asked for; what stood against it comes back. */
  publish(): Promise<IntegrationConflict[]> {
    return this.#publication.publish();
  }

  /** Removes the worktrees, and the branches that nobody needs. */
  async end(): Promise<Cleanup> {
    const { uncommitted, unstaged } = this.#publication;
    const { worktrees, branches, problems } = await this.#workspaces.end();
    const kept = await this.#publication.keepBranches();
    const keptWorktrees = [...this.#workspaces.kept];
    return {
      worktrees,
      branches,
      kept,
      ...(keptWorktrees.length > 0 && { keptWorktrees }),
      problems: [
        ...this.#problems,
        ...(unstaged === undefined ? [] : [unstaged]),
        ...droppedProblem(this.#dropped),
        ...specialProblem(this.#special),
        ...problems,
      ],
      ...(uncommitted !== undefined && { uncommitted }),
    };
  }
}

/** How many of the paths are named. */
const MAX_NAMED = 3;

/** Lines about results that somebody may look for in vain. */
const droppedProblem = (dropped: ReadonlyMap<string, readonly string[]>): string[] =>
  named("not for git to carry and in no task's writes, so gone with the worktrees", dropped);

const specialProblem = (special: ReadonlyMap<string, readonly string[]>): string[] =>
  named('not a regular file (a FIFO, socket or device), so gone with the worktrees', special);

function named(what: string, paths: ReadonlyMap<string, readonly string[]>): string[] {
  const all = [...paths].flatMap(([task, list]) => list.map((path) => `${path} of ${task}`)).sort();
  if (all.length === 0) return [];
  const rest = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
  return [`${what}: ${all.slice(0, MAX_NAMED).join(', ')}${rest}`];
}
