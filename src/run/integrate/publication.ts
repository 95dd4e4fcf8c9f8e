// How the results of isolated tasks get into the history of the repository, where the config asks for it: merged into the
// current branch, or as branches. Without that, only what could not be integrated becomes branches.

import { type RawPath, shownPath } from '../../base/raw-path.ts';
import type { IntegrationMode, Task } from '../../config/config.ts';
import { type Head, moveHead, whereabouts } from '../../git/branch.ts';
import { commitTree, peopleOf } from '../../git/commit.ts';
import { committable, type Stretch } from '../../git/committable.ts';
import { GitError } from '../../git/git.ts';
import type { Holds } from '../../git/holds.ts';
import type { Waiting } from '../../git/lock.ts';
import { freeBranch } from '../../git/names.ts';
import type { RawView } from '../../git/raw-view.ts';
import { changeRefs, noneLike } from '../../git/refs.ts';
import type { Repository } from '../../git/repository.ts';
import { type Staged, stageAs } from '../../git/staged.ts';
import { treeOf } from '../../git/tree.ts';
import type { Plan } from '../../model/plan.ts';
import type { IntegrationConflict, KeptBranch } from '../../model/report.ts';
import type { UndoLog } from '../records/undo-log.ts';
import type { TaskResult } from '../workspace/worktree/results.ts';
import { type Entangled, type LinedUp, lineUp, replay, type Step } from './commits.ts';
import { historyOrder, type Placed } from './order.ts';

export interface PublicationOptions {
  repository: Repository;
  view: RawView;
  plan: Plan;
  mode: IntegrationMode;
  /** What the work tree was on when the run began: results are committed there or nowhere. */
  begun: Head;
  runId: string;
  undoLog: UndoLog;
  holds: Holds;
  /** A folder of ours. */
  scratch: string;
  waiting: Waiting;
}

/** A branch that is to be there when the worktrees are gone. */
interface Keeping {
  task: string;
  commit: string;
  reason: string;
}

export class Publication {
  readonly #options: PublicationOptions;
  /** In the order of integration. */
  readonly #steps = new Map<string, Step>();
  readonly #keeping: Keeping[] = [];
  /** What tasks have staged, by path. */
  readonly #staged = new Map<RawPath, Staged>();
  /** Why nothing was committed, though that was asked for. */
  uncommitted: string | undefined;
  /** Why what tasks have staged was not, a sentence without a full stop. */
  unstaged: string | undefined;

  constructor(options: PublicationOptions) {
    this.#options = options;
  }

  add(task: Task, { base, tree, staged }: TaskResult, { from, to }: { from: string; to: string }): void {
    for (const entry of staged) this.#staged.set(entry.path, entry);
    this.#steps.set(task.id, { task: task.id, message: this.#message(task), base, tree, from, to });
  }

  /** Commits and merges, all or nothing. Comes back with what the user has changed as well and not committed. */
  async publish(): Promise<IntegrationConflict[]> {
    const { repository, mode, begun, undoLog, scratch, waiting } = this.#options;
    if (mode === 'apply') await this.#stage();
    if (mode === 'apply' || this.#steps.size === 0) return [];
    const { head, why: elsewhere } = await whereabouts(repository, begun);
    const lined = await this.#lineUp(head.commit);
    if (!lined.ok) {
      await this.keepAll('not committed, since the work tree has changes of yours to the same lines');
      return conflictsOf(lined.entangled, mode);
    }
    const { tasks, head: to } = lined.line;
    const keep = async (reason: string): Promise<void> => {
      for (const { task, commit } of tasks) await this.#hold({ task, commit, reason });
    };
    if (mode === 'branches') await keep('for review');
    else if (to !== undefined && to !== head.commit) {
      const { ref, commit: from = '' } = head;
      const move = {
        from: head,
        to,
        message: `ptask: merge ${tasks.map(({ task }) => task).join(', ')}`,
        scratch,
        waiting,
        moving: () => undoLog.writeThrough({ op: 'moving', ref, from, to }),
      };
      const why = elsewhere ?? (await moveHead(repository, move));
      if (why === undefined) undoLog.writeThrough({ op: 'moved' });
      else {
        await keep(why);
        this.uncommitted = why;
      }
    }
    return [];
  }

  /** Once nothing can bring the files back any more: the index has no before-image. */
  async #stage(): Promise<void> {
    try {
      await stageAs(this.#options.repository, [...this.#staged.values()]);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      const paths = [...this.#staged.keys()].map(shownPath).slice(0, 3).join(', ');
      this.unstaged = `what tasks have staged (${paths}) is not staged in your index: ${error.message}`;
    }
  }

  /** In the order of declaration; results that touch each other without saying so may fit only as they came. */
  async #lineUp(head: string | undefined): Promise<LinedUp> {
    const { repository, plan } = this.#options;
    const integrated = [...this.#steps.keys()];
    const made = await this.#committable([...this.#steps.values()], head);
    const steps = new Map(made.map((step) => [step.task, step]));
    const people = await peopleOf(repository);
    const lined = await lineUp(repository, head, historyOrder(plan, integrated), steps, people);
    if (lined.ok) return lined;
    const asTheyCame = integrated.map((task, at): Placed => ({ task, needs: at - 1, follows: at - 1 }));
    return lineUp(repository, head, asTheyCame, steps, people);
  }

  /** The steps as git commits them: so far they were ones between files as they lie on the disk. */
  async #committable(steps: readonly Step[], head: string | undefined): Promise<Step[]> {
    const stretches = steps.flatMap(({ base, tree, from, to }) => [
      { from: base.tree, to: tree },
      { from, to },
    ]);
    const made = await committable(this.#options, stretches, head);
    return steps.map((step, at) => {
      const [own, joined] = made.slice(2 * at) as [Stretch, Stretch];
      return { ...step, base: { ...step.base, tree: own.from }, tree: own.to, ...joined };
    });
  }

  /** All results, and the one that could not be integrated, become branches to go on with by hand. */
  async keepAll(reason: string, stuck?: { task: Task; result: TaskResult }): Promise<void> {
    const others = `the run was stopped because the result of ${stuck?.task.id} does not merge`;
    for (const step of this.#steps.values()) await this.#keep(step, stuck === undefined ? reason : others);
    if (stuck !== undefined) await this.keep(stuck.task, stuck.result, reason);
  }

  /** A result that is not integrated becomes a branch to go on with by hand. */
  keep(task: Task, { base, tree }: TaskResult, reason: string): Promise<void> {
    const message = this.#message(task);
    return this.#keep({ task: task.id, base, tree, from: base.tree, to: tree, message }, reason);
  }

  async #keep(step: Step, reason: string): Promise<void> {
    const { repository, begun } = this.#options;
    const { commit: head } = (await whereabouts(repository, begun)).head;
    const [own] = await this.#committable([step], head);
    const { task, base, tree: made, message } = own as Step;
    const people = await peopleOf(repository);
    const onHead = await replay(repository, base.tree, made, await treeOf(repository, head));
    if (onHead.ok) {
      const parents = head === undefined ? [] : [head];
      const commit = await commitTree(repository, { tree: onHead.tree, parents, message }, people);
      await this.#hold({ task, commit, reason });
      return;
    }
    // What does not fit to the current commit can only stand upon the snapshot that it began from.
    const commit = await commitTree(repository, { tree: made, parents: [base.commit], message }, people);
    const upon = 'it stands upon the state of the files that the task began from, not upon your last commit';
    await this.#hold({ task, commit, reason: `${reason}; ${upon}` });
  }

  /** Until the branch can be made. */
  #hold(keeping: Keeping): Promise<void> {
    this.#keeping.push(keeping);
    return this.#options.holds.hold(`kept-${this.#keeping.length}`, keeping.commit);
  }

  /** Makes the branches that are to stay, once the worktrees that had their names are gone. */
  async keepBranches(): Promise<KeptBranch[]> {
    const { repository, plan, undoLog } = this.#options;
    const declared = new Map(plan.tasks.map(({ id }, at) => [id, at]));
    const place = ({ task }: { task: string }): number => declared.get(task) ?? 0;
    const kept: KeptBranch[] = [];
    for (const { task, commit, reason } of this.#keeping.sort((a, b) => place(a) - place(b))) {
      const branch = await freeBranch(repository, task);
      undoLog.writeThrough({ op: 'keep', branch });
      await changeRefs(repository, [{ ref: `refs/heads/${branch}`, to: commit, from: noneLike(commit) }]);
      kept.push({ task, branch, reason });
    }
    return kept;
  }

  #message({ id, description }: Task): string {
    return `${description || id}\n\nPtask-Task: ${id}\nPtask-Run: ${this.#options.runId}\n`;
  }
}

const conflictsOf = ({ task, paths }: Entangled, mode: IntegrationMode): IntegrationConflict[] =>
  paths.map((path) => ({
    path,
    tasks: [task],
    kind: 'merge',
    resolution: 'abort',
    reason: `the work tree has changes of yours to the same lines that are not committed${mode === 'merge' ? '; all results are in the files, and nothing is committed' : ''}`,
    changes: [],
    discarded: [],
  }));
