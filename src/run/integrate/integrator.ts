// The results of isolated tasks, one after the other, into the shared tree or onto branches; and what is done with them at the
// end of a run.

import type { Config, Task } from '../../config/config.ts';
import type { Head } from '../../git/branch.ts';
import { despiteLoss } from '../../git/holds.ts';
import type { Waiting } from '../../git/lock.ts';
import { fromTop } from '../../git/prefix.ts';
import type { Plan } from '../../model/plan.ts';
import type { IntegrationConflict, KeptBranch } from '../../model/report.ts';
import type { UndoLog } from '../records/undo-log.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { IsolatedTree } from '../workspace/worktree/isolated-tree.ts';
import { changesBy, type TaskResult } from '../workspace/worktree/results.ts';
import { conflictIn } from './conflict-text.ts';
import { type Integrated, type IntegrationContext, integrate } from './integrate.ts';
import { Publication } from './publication.ts';
import { foundAt, Reruns, unresolved } from './reruns.ts';
import { resolutionFor } from './resolutions.ts';
import type { Resolver } from './resolve.ts';

export interface IntegratorOptions {
  config: Config;
  plan: Plan;
  tree: IsolatedTree;
  /** What the work tree was on when the run began. */
  begun: Head;
  runId: string;
  undoLog: UndoLog;
  shared: SharedTree;
  resolver: Resolver;
  waiting: Waiting;
}

/** Its result does not fit, and running it again would not help. */
export interface Stuck {
  kind: 'stuck';
  conflicts: IntegrationConflict[];
}

export interface IntegrationEnded {
  kept: KeptBranch[];
  problems: string[];
  uncommitted?: string;
}

export class Integrator {
  readonly #tree: IsolatedTree;
  readonly #publication: Publication;
  readonly #context: IntegrationContext;
  readonly #problems: string[] = [];
  readonly #reruns: Reruns;

  constructor({ config, plan, tree, begun, runId, undoLog, shared, resolver, waiting }: IntegratorOptions) {
    const { integrate: mode } = config;
    const { repository, view, chain, history, holds, scratch } = tree;
    this.#tree = tree;
    this.#publication = new Publication({
      ...{ repository, view, plan, mode, begun, runId, undoLog, holds, scratch, waiting },
    });
    const resolutions = resolutionFor(config.onCollision);
    this.#reruns = new Reruns(resolutions);
    this.#context = {
      ...{ repository, view, chain, history, resolutionFor: resolutions, resolver, scratch },
      // Only branches are asked for: the files stay as they are.
      tree: mode === 'branches' ? undefined : shared,
    };
  }

  /** @param durationMs how long the task took for it, retries included */
  async integrate(task: Task, result: TaskResult, durationMs: number): Promise<Integrated | Stuck> {
    const { repository, history, snapshots, carried } = this.#tree;
    const outcome = await despiteLoss(
      () => integrate(this.#context, task, result),
      () => snapshots.forget(),
    );
    if (outcome.kind === 'integrated') {
      this.#publication.add(task, result, outcome);
      this.#problems.push(...outcome.problems);
      for (const { path, after } of changesBy(result, 'replace'))
        carried?.set(fromTop(repository.prefix, path), after);
    } else if (outcome.kind === 'rerun') {
      const { conflicts } = outcome;
      const found = foundAt(repository, conflicts);
      const reason = this.#reruns.refuse({ task, conflicts, over: history.length, found, durationMs });
      if (reason === undefined) return outcome;
      await this.#publication.keep(task, result, `its result does not merge: ${reason}`);
      return { kind: 'stuck', conflicts: unresolved(conflicts, reason) };
    } else if (outcome.kind === 'abort') {
      await this.#publication.keepAll(conflictIn(outcome.conflicts), { task, result });
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

  /** Names the branches that somebody may want. The worktrees must be gone. */
  async end(): Promise<IntegrationEnded> {
    const { uncommitted, unstaged } = this.#publication;
    const kept = await this.#publication.keepBranches();
    return {
      kept,
      problems: [...this.#problems, ...(unstaged === undefined ? [] : [unstaged])],
      ...(uncommitted !== undefined && { uncommitted }),
    };
  }
}
