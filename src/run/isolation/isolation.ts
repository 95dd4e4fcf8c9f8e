// The isolated tasks of a run, from the worktree that one begins in to its result, which is integrated or dropped.

import { join } from 'node:path';
import type { RawPath } from '../../base/raw-path.ts';
import type { Config, Task } from '../../config/config.ts';
import type { Head } from '../../git/branch.ts';
import type { Repository } from '../../git/repository.ts';
import { Snapshots } from '../../git/snapshot.ts';
import { Worktrees } from '../../git/worktrees.ts';
import type { Plan } from '../../model/plan.ts';
import type { IntegrationConflict, KeptBranch } from '../../model/report.ts';
import { footprint } from '../changes.ts';
import type { Ledger } from '../recovery/ledger.ts';
import type { SharedTree } from '../tree/shared-tree.ts';
import { Chain } from './chain.ts';
import { History } from './history.ts';
import { type Integrated, type IntegrationContext, integrate } from './integrate.ts';
import { Publication } from './publication.ts';
import { resolutionFor } from './resolutions.ts';
import type { Resolver } from './resolve.ts';
import type { Kept, TaskResult } from './results.ts';
import { settle } from './settle.ts';
import { type Workspace, Workspaces } from './workspaces.ts';

export interface IsolationOptions {
  config: Config;
  repository: Repository;
  plan: Plan;
  /** What the work tree was on when the run began. */
  begun: Head;
  runId: string;
  ledger: Ledger;
  shared: SharedTree;
  resolver: Resolver;
  /** A folder of ours, which goes at the end. */
  scratch: string;
}

export interface Cleanup {
  worktrees: number;
  branches: number;
  kept: KeptBranch[];
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
  /** By task. */
  readonly #dropped = new Map<string, string[]>();
  /** Whether what is ignored in a worktree may come from the setup, which nobody misses. */
  readonly #hasSetup: boolean;
  /** Where no file of the user is changed: what tasks have left that git ignores, for those after them. */
  readonly #carried: Map<RawPath, Kept> | undefined;
  #settled = 0;

  constructor(options: IsolationOptions) {
    const { config, repository, plan, begun, runId, ledger, shared, resolver, scratch } = options;
    const mode = config.integrate;
    this.#repository = repository;
    this.#scratch = scratch;
    this.#carried = mode === 'branches' ? new Map() : undefined;
    this.#hasSetup = config.worktrees.setup.length > 0;
    const snapshots = new Snapshots(repository, join(scratch, 'snapshots'));
    this.#chain = new Chain(repository, snapshots, mode === 'branches');
    this.#worktrees = new Worktrees(repository, {
      dir: config.worktrees.dir,
      ledger: (entry) => ledger.writeThrough(entry),
    });
    this.#workspaces = new Workspaces(config, repository, this.#worktrees, this.#chain);
    this.#publication = new Publication({ repository, plan, mode, begun, runId, ledger, scratch });
    this.#integration = {
      repository,
      chain: this.#chain,
      history: this.#history,
      resolutionFor: resolutionFor(config.onCollision),
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
    const { tree } = await this.#worktrees.resultOf(workspace.worktree, { message: 'ptask: setup', exclude });
    workspace.prepared = tree;
    workspace.before = footprint(workspace.root, task.writes);
  }

  /** Nothing of what was done in it is wanted. */
  drop(workspace: Workspace): void {
    this.#workspaces.close(workspace);
  }

  /** Takes what the task has done out of its worktree. */
  async settle(task: Task, workspace: Workspace): Promise<TaskResult> {
    this.#settled += 1;
    const folder = join(this.#scratch, 'results', String(this.#settled));
    const exclude = this.#workspaces.placedIn(workspace);
    try {
      const { repository, worktrees } = { repository: this.#repository, worktrees: this.#worktrees };
      const result = await settle({ repository, worktrees, task, workspace, exclude, folder });
      this.#dropped.set(task.id, this.#hasSetup ? [] : result.dropped);
      return result;
    } finally {
      this.#workspaces.close(workspace);
    }
  }

  /** A task that works in the shared tree is over. Paths as shown, relative to the root. */
  sharedTaskOver(task: string, paths: readonly string[]): void {
    this.#history.add(task, paths);
    if (paths.length > 0) this.#chain.outdated();
  }

  async integrate(task: Task, result: TaskResult): Promise<Integrated> {
    const outcome = await integrate(this.#integration, task, result);
    if (outcome.kind === 'integrated') {
      this.#publication.add(task, result, outcome);
      this.#problems.push(...outcome.problems);
      for (const { path, after } of result.ignored) this.#carried?.set(path, after);
    } else if (outcome.kind === 'abort') {
      await this.#publication.keepAll('its result does not fit to that of another', { task, result });
    }
    return outcome;
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
    const { uncommitted } = this.#publication;
    const { worktrees, branches, problems } = await this.#workspaces.end();
    const kept = await this.#publication.keepBranches();
    return {
      worktrees,
      branches,
      kept,
      problems: [...this.#problems, ...droppedProblem(this.#dropped), ...problems],
      ...(uncommitted !== undefined && { uncommitted }),
    };
  }
}

/** How many of the paths are named. */
const MAX_NAMED = 3;

/** A line about results that somebody may look for in vain. */
function droppedProblem(dropped: ReadonlyMap<string, readonly string[]>): string[] {
  const all = [...dropped].flatMap(([task, paths]) => paths.map((path) => `${path} of ${task}`)).sort();
  if (all.length === 0) return [];
  const rest = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
  const named = all.slice(0, MAX_NAMED).join(', ');
  return [`ignored by git and in no task's writes, so gone with the worktrees: ${named}${rest}`];
}
