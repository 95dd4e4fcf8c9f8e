// How the results of isolated tasks get into the history of the repository, where the config asks for it: merged into the
// current branch, or as branches. Without that, only what could not be integrated becomes branches.

import type { IntegrationMode, Task } from '../../config/config.ts';
import { headOf, moveHead } from '../../git/branch.ts';
import { commitTree } from '../../git/commit.ts';
import { git, gitLine } from '../../git/git.ts';
import { freeBranch } from '../../git/names.ts';
import type { Repository } from '../../git/repository.ts';
import type { IntegrationConflict, KeptBranch } from '../../model/report.ts';
import type { Ledger } from '../ledger.ts';
import { lineUp, replay, type Step } from './commits.ts';
import type { TaskResult } from './results.ts';

export interface PublicationOptions {
  repository: Repository;
  mode: IntegrationMode;
  runId: string;
  ledger: Ledger;
  /** A folder of ours. */
  scratch: string;
}

/** A branch that is to be there when the worktrees are gone. */
interface Keeping {
  task: string;
  branch: string;
  commit: string;
  reason: string;
}

export class Publication {
  readonly #options: PublicationOptions;
  readonly #steps: Step[] = [];
  readonly #keeping: Keeping[] = [];
  readonly problems: string[] = [];

  constructor(options: PublicationOptions) {
    this.#options = options;
  }

  /** How many results there are. */
  get length(): number {
    return this.#steps.length;
  }

  /** The next result, in the order of integration. @param after how many there were when the task began */
  add(
    task: Task,
    { branch, base, tree }: TaskResult,
    after: number,
    { from, to }: { from: string; to: string },
  ): void {
    this.#steps.push({ task: task.id, message: this.#message(task), branch, base, tree, after, from, to });
  }

  /** Commits and merges, all or nothing. Comes back with what the user has changed as well and not committed. */
  async publish(): Promise<IntegrationConflict[]> {
    const { repository, mode, ledger, scratch } = this.#options;
    if (mode === 'apply' || this.#steps.length === 0) return [];
    const head = await headOf(repository);
    const lined = await lineUp(repository, head.commit, this.#steps);
    if (!lined.ok) {
      const { task, paths } = lined.entangled;
      await this.keepAll('it is not committed');
      const reason = 'the same lines have changes in the work tree that are not committed';
      return paths.map((path) => ({
        path,
        tasks: [task],
        kind: 'merge',
        resolution: 'abort',
        reason,
        changes: [],
        discarded: [],
      }));
    }
    const keep = (reason: string): void => {
      for (const [index, commit] of lined.line.tasks.entries()) {
        const { task, branch } = this.#steps[index] as Step;
        if (commit !== undefined) this.#keeping.push({ task, branch, commit, reason });
      }
    };
    const to = lined.line.head;
    if (mode === 'branches') keep('for review');
    else if (to !== undefined && to !== head.commit) {
      const names = this.#steps.map(({ task }) => task).join(', ');
      const { ref, commit: from = '' } = head;
      const why = await moveHead(repository, {
        from: head,
        to,
        message: `ptask: merge ${names}`,
        scratch,
        moving: () => ledger.writeThrough({ op: 'moving', ref, from, to }),
      });
      if (why === undefined) ledger.writeThrough({ op: 'moved' });
      else {
        keep(why);
        this.problems.push(`the results are in the files and not committed: ${why}`);
      }
    }
    return [];
  }

  /** All results, and the one that could not be integrated, become branches to go on with by hand. */
  async keepAll(reason: string, stuck?: { task: Task; result: TaskResult }): Promise<void> {
    const { repository } = this.#options;
    const { commit: head } = await headOf(repository);
    const tree =
      head === undefined ? undefined : await gitLine(repository.top, ['rev-parse', `${head}^{tree}`]);
    const own = this.#steps.map(({ task, branch, base, tree: made, message }) => ({
      task,
      branch,
      base,
      made,
      message,
    }));
    if (stuck !== undefined) {
      const { task, result } = stuck;
      own.push({
        task: task.id,
        branch: result.branch,
        base: result.base,
        made: result.tree,
        message: this.#message(task),
      });
    }
    for (const { task, branch, base, made, message } of own) {
      const onHead = tree === undefined ? undefined : await replay(repository, base.tree, made, tree);
      // What is entangled with changes that are not committed can only stand upon the snapshot that holds them.
      const commit = await commitTree(repository, {
        tree: onHead?.ok ? onHead.tree : made,
        parents: onHead?.ok && head !== undefined ? [head] : [base.commit],
        message,
      });
      this.#keeping.push({ task, branch, commit, reason });
    }
  }

  /** Makes the branches that are to stay, once the worktrees that had their names are gone. */
  async keepBranches(): Promise<KeptBranch[]> {
    const { repository, ledger } = this.#options;
    const kept: KeptBranch[] = [];
    for (const { task, commit, reason } of this.#keeping) {
      const branch = await freeBranch(repository, task);
      ledger.writeThrough({ op: 'keep', branch });
      const none = '0'.repeat(commit.length);
      await git(repository.top, ['update-ref', '-m', 'ptask: kept', `refs/heads/${branch}`, commit, none]);
      kept.push({ task, branch, reason });
    }
    return kept;
  }

  #message({ id, description }: Task): string {
    return `${description || id}\n\nPtask-Task: ${id}\nPtask-Run: ${this.#options.runId}\n`;
  }
}
