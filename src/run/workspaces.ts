// Where each task works: in the user's own tree, in a worktree, or in a scratch folder; and what becomes of those that were to have a
// worktree where none can be made.

import { reasonOf } from '../base/system-limits.ts';
import type { FailurePolicy, Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { Integrator } from './integrate/integrator.ts';
import type { RunContext } from './records/context.ts';
import type { ScratchWorkspaces } from './workspace/scratch/scratch-workspace.ts';
import type { SharedWorkspaces } from './workspace/shared/shared-workspace.ts';
import type { TreeWatch } from './workspace/shared/watch.ts';
import type { Workspace } from './workspace/workspace.ts';
import type { IsolatedTree } from './workspace/worktree/isolated-tree.ts';
import type { TaskResult } from './workspace/worktree/results.ts';
import type { WorktreeWorkspaces } from './workspace/worktree/worktree-workspace.ts';

/** There where a task is isolated. */
export interface Isolation {
  workspaces: WorktreeWorkspaces;
  integrator: Integrator;
  tree: IsolatedTree;
}

export interface WorkspacesOptions {
  plan: Plan;
  shared: SharedWorkspaces;
  /** For strict tasks, where there are some. */
  scratch: ScratchWorkspaces | undefined;
  isolation: Isolation | undefined;
  /** Sees what tasks change beyond what they are to change, where there is somebody to tell. */
  watch: TreeWatch | undefined;
  /** Until then nothing of the user's may change. Rejects where the disk says no. */
  durable(): Promise<void>;
}

export type Opened =
  | { kind: 'opened'; workspace: Workspace<TaskResult> }
  | { kind: 'failed'; reason: string }
  /** No worktree can be made: the task is to run in its turn, in the shared tree. */
  | { kind: 'turns' }
  | { kind: 'stopped' };

export class Workspaces {
  readonly #context: RunContext;
  readonly #options: WorkspacesOptions;
  readonly #isolated: ReadonlySet<string>;
  /** Why no more worktrees are made. */
  #denied: string | undefined;
  /** Those that were to have one and work in the shared tree. */
  readonly #shared = new Set<string>();

  constructor(context: RunContext, options: WorkspacesOptions) {
    this.#context = context;
    this.#options = options;
    const isolated = options.plan.tasks.filter(({ workspace }) => workspace === 'worktree');
    this.#isolated = new Set(options.isolation === undefined ? [] : isolated.map(({ id }) => id));
  }

  /** Whether the plan gives the task a worktree. */
  isIsolated(id: string): boolean {
    return this.#isolated.has(id);
  }

  /** Whether it has none after all. */
  isDenied(id: string): boolean {
    return this.#shared.has(id);
  }

  /**
   * @param onFailure what is to become of the task's changes if it fails
   * @param elsewhere where it runs remotely
   */
  async open(
    task: Task,
    onFailure: FailurePolicy,
    elsewhere: Workspace<TaskResult> | undefined,
  ): Promise<Opened> {
    const { isolation, shared, scratch, watch, durable } = this.#options;
    await watch?.ready();
    try {
      await durable();
    } catch (error) {
      return { kind: 'failed', reason: `what undoes it could not be saved first: ${reasonOf(error)}` };
    }
    if (elsewhere !== undefined) return { kind: 'opened', workspace: elsewhere };
    if (task.strict && scratch !== undefined) {
      try {
        return { kind: 'opened', workspace: await scratch.open(task) };
      } catch (error) {
        await scratch.close(task.id);
        return { kind: 'failed', reason: `its scratch folder could not be made: ${reasonOf(error)}` };
      }
    }
    if (isolation !== undefined && this.#isolated.has(task.id)) {
      if (this.#denied === undefined) {
        try {
          return { kind: 'opened', workspace: await isolation.workspaces.open(task, watch) };
        } catch (error) {
          return this.#withoutWorktree(task, reasonOf(error));
        }
      }
      this.#deny(task.id, this.#denied);
    }
    try {
      return { kind: 'opened', workspace: await shared.open(task, onFailure) };
    } catch (error) {
      return { kind: 'failed', reason: `its files could not be saved first: ${reasonOf(error)}` };
    }
  }

  /**
   * The files can do without worktrees, if the tasks take turns; commits and branches for each of them cannot. What has
   * kept one task from its worktree is taken to keep all from theirs.
   */
  #withoutWorktree({ id }: Task, message: string): Opened {
    const { config, stop } = this.#context;
    if (stop.aborted) return { kind: 'stopped' };
    if (config.integrate !== 'apply')
      return { kind: 'failed', reason: `its worktree could not be made: ${message}` };
    this.#denied ??= message;
    this.#deny(id, message);
    return { kind: 'turns' };
  }

  #deny(id: string, reason: string): void {
    if (!this.#shared.has(id)) this.#context.emit({ type: 'workspace-denied', id, reason });
    this.#shared.add(id);
  }
}
