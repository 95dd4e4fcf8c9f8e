// What is done with one task: in the shared tree or in a worktree, with what was there before kept, and its failure
// treated as the config says. Unaware of the order of tasks.

import type { FailurePolicy, Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { FileChange, IntegrationConflict, Stray } from '../model/report.ts';
import { Briefings } from './agents/briefing.ts';
import { compare, footprint } from './changes.ts';
import type { RunContext } from './context.ts';
import { type Earlier, type Executed, execute, type Place } from './execute.ts';
import { type Done, type Finished, neverRan } from './finished.ts';
import type { Isolation } from './isolation/isolation.ts';
import type { TaskResult } from './isolation/results.ts';
import type { Workspace } from './isolation/workspaces.ts';
import type { Choice } from './options.ts';
import type { RunFolder } from './run-folder.ts';
import type { SharedTree } from './tree/shared-tree.ts';
import type { TreeWatch } from './tree/watch.ts';

export type Ended =
  | { kind: 'finished'; finished: Finished; ends?: 'abort' | 'collision' }
  /** An isolated task, to be integrated in its turn. */
  | { kind: 'ran' }
  /** Its result was dropped, and it is to run again. */
  | { kind: 'again' }
  /** No worktree can be made: it is to run in its turn, in the shared tree. */
  | { kind: 'turns' };

export interface ConductorOptions {
  plan: Plan;
  shared: SharedTree;
  /** There where a task is isolated. */
  isolation: Isolation | undefined;
  /** Instead of the tasks' own. */
  onFailure: FailurePolicy | undefined;
  /** Asks somebody; without anybody to ask, `ask` is `continue`. */
  ask: ((task: string, reason: string) => Promise<Choice>) | undefined;
  /** Sees what tasks change beyond what they are to change, where there is somebody to tell. */
  watch: TreeWatch | undefined;
  /** What an earlier run has done and need not be done again, each with a sentence that says so. */
  done: ReadonlyMap<string, string>;
  /** That run. */
  doneIn: RunFolder | undefined;
  /** Remembers the state after a task that passed, where that is asked for. */
  checkpoint(task: Task, filesChanged: readonly FileChange[]): Promise<void>;
}

interface Held {
  executed: Executed;
  /** How long that took. */
  durationMs: number;
  result: TaskResult;
}

const NOTHING: Done = { filesChanged: [], strays: [] };

export class Conductor {
  readonly #context: RunContext;
  readonly #options: ConductorOptions;
  readonly #isolated: ReadonlySet<string>;
  readonly #briefings: Briefings;
  readonly #earlier = new Map<string, Earlier>();
  /** When the first attempt of each began, waits and dropped results included in what it lasts. */
  readonly #since = new Map<string, number>();
  /** Why no more worktrees are made. */
  #denied: string | undefined;
  /** Those that were to have one and work in the shared tree. */
  readonly #shared = new Set<string>();
  /** Results that wait for their turn. */
  readonly #held = new Map<string, Held>();

  constructor(context: RunContext, options: ConductorOptions) {
    this.#context = context;
    this.#options = options;
    this.#briefings = new Briefings(context, options.plan);
    const isolated = options.plan.tasks.filter(({ workspace }) => workspace === 'worktree');
    this.#isolated = new Set(options.isolation === undefined ? [] : isolated.map(({ id }) => id));
  }

  async run(task: Task): Promise<Ended> {
    const done = this.#options.done.get(task.id);
    if (done !== undefined) {
      if (this.#options.doneIn !== undefined) this.#briefings.passOn(task.id, this.#options.doneIn);
      return { kind: 'finished', finished: neverRan(task.id, 'passed', done, {}) };
    }
    if (!this.#isolated.has(task.id)) return this.#runShared(task);
    if (this.#denied === undefined) return this.#runIsolated(task);
    this.#deny(task.id, this.#denied);
    return this.#runShared(task);
  }

  async #runShared(task: Task): Promise<Ended> {
    const { shared, isolation, watch } = this.#options;
    const { config } = this.#context;
    const { id, writes } = task;
    try {
      if (!this.#earlier.has(id)) await shared.begin({ ...task, onFailure: this.#policyOf(task) });
    } catch (error) {
      return failed(id, `what it may change could not be kept: ${(error as Error).message}`);
    }
    const endWindow = watch?.begin(task, true);
    const before = footprint(config.root, writes);
    const changed = () => compare(before, footprint(config.root, writes));
    const executed = await this.#execute(task, { workdir: config.root, setup: [], changed });
    const filesChanged = changed();
    await endWindow?.();
    const over = async (isUndone: boolean): Promise<void> => {
      if (isUndone) await shared.restore(task);
      else
        shared.keep(
          task,
          filesChanged.map(({ path }) => path),
        );
      isolation?.sharedTaskOver(id, isUndone ? [] : filesChanged.map(({ path }) => path));
    };
    const done = { filesChanged, strays: [] };
    if (executed.status !== 'passed' || task.strays !== 'error' || watch === undefined)
      return this.#conclude(task, executed, done, over);
    // Nobody fails for what may be another's.
    const found = ((await watch.find()).strays.get(id) ?? []).filter(({ others }) => others === undefined);
    if (found.length === 0) return this.#conclude(task, executed, done, over);
    const strayed = { ...executed, status: 'failed' as const, reason: strayReason(found) };
    return this.#conclude(task, strayed, { filesChanged, strays: found }, over);
  }

  /**
   * The files can do without worktrees, if the tasks take turns; commits and branches for each of them cannot. What has
   * kept one task from its worktree is taken to keep all from theirs.
   */
  #withoutWorktree({ id }: Task, message: string): Ended {
    const { config, stop, whyStopped } = this.#context;
    if (stop.aborted) return { kind: 'finished', finished: neverRan(id, 'cancelled', whyStopped(), {}) };
    const reason = `its worktree could not be made: ${message}`;
    if (config.integrate !== 'apply') return failed(id, reason);
    this.#denied ??= message;
    this.#deny(id, message);
    return { kind: 'turns' };
  }

  #deny(id: string, reason: string): void {
    if (!this.#shared.has(id)) this.#context.emit({ type: 'workspace-denied', id, reason });
    this.#shared.add(id);
  }

  async #runIsolated(task: Task): Promise<Ended> {
    const isolation = this.#options.isolation as Isolation;
    const { config, emit } = this.#context;
    const { id } = task;
    const begin = performance.now();
    let workspace: Workspace;
    try {
      workspace = await isolation.open(task);
    } catch (error) {
      return this.#withoutWorktree(task, (error as Error).message);
    }
    const { worktree, root, reused } = workspace;
    const { branch, path } = worktree;
    const durationMs = Math.round(performance.now() - begin);
    emit({ type: 'workspace-ready', id, path, branch, reused, durationMs });
    const { setup } = config.worktrees;
    const onSetUp = (): Promise<void> =>
      setup.length > 0 ? isolation.setUp(task, workspace) : Promise.resolve();
    const changed = () => compare(workspace.before, footprint(root, task.writes));
    const place = { workdir: root, branch, setup, onSetUp, changed };
    const endWindow = this.#options.watch?.begin(task, false);
    const started = performance.now();
    const executed = await this.#execute(task, place);
    const tookMs = performance.now() - started;
    await endWindow?.();
    const dropped = { ...NOTHING, branch };
    if (executed.status !== 'passed') {
      const lost = undone({ ...dropped, filesChanged: changed() });
      if (executed.status === 'failed') isolation.failed(task, workspace, executed.reason ?? 'failed');
      else isolation.close(workspace);
      return this.#conclude(task, executed, lost, async () => {});
    }
    try {
      const result = await isolation.settle(task, workspace);
      if (task.strays === 'error' && result.strays.length > 0) {
        const reason = strayReason(result.strays);
        const strays = { ...executed, status: 'failed' as const, reason };
        isolation.failed(task, workspace, reason);
        return this.#conclude(task, strays, { ...dropped, strays: result.strays }, async () => {});
      }
      const past = task.strays === 'error' ? await this.#pastItsWorktree(id) : undefined;
      if (past !== undefined) {
        isolation.failed(task, workspace, past);
        return this.#conclude(task, { ...executed, status: 'failed', reason: past }, dropped, async () => {});
      }
      isolation.close(workspace);
      this.#held.set(id, { executed, result, durationMs: tookMs });
      return { kind: 'ran' };
    } catch (error) {
      const { message } = error as Error;
      return this.#conclude(
        task,
        { ...executed, status: 'failed', reason: message },
        dropped,
        async () => {},
      );
    }
  }

  /** Why a task fails that has surely changed files of the shared tree. */
  async #pastItsWorktree(id: string): Promise<string | undefined> {
    const outside = (await this.#options.watch?.find())?.outside.get(id) ?? [];
    const [first, ...more] = outside.filter(
      ({ kind, others, perhapsUser }) => kind === 'file' && others === undefined && perhapsUser !== true,
    );
    if (first === undefined) return undefined;
    return `it changed ${first.name}${more.length > 0 ? ` and ${more.length} more` : ''} in the shared tree, past its worktree`;
  }

  /** What the task has done goes into the shared tree, or is dropped. */
  async integrate(task: Task): Promise<Ended> {
    const isolation = this.#options.isolation as Isolation;
    const { emit } = this.#context;
    const { id } = task;
    const { executed, result, durationMs } = this.#held.get(id) as Held;
    this.#held.delete(id);
    const { filesChanged, branch } = result;
    const strays = task.strays === 'ignore' ? [] : result.strays;
    try {
      this.#options.watch?.integrating(filesChanged.map(({ path }) => path));
      const outcome = await isolation.integrate(task, result, durationMs);
      if (outcome.conflicts.length > 0) emit({ type: 'task-collided', id, conflicts: outcome.conflicts });
      if (outcome.kind === 'integrated') {
        this.#options.watch?.integrated(filesChanged.map(({ path }) => path));
        const finished = this.#end(id, executed, { filesChanged, strays, branch });
        await this.#options.checkpoint(task, filesChanged);
        return { kind: 'finished', finished };
      }
      if (outcome.kind === 'rerun') {
        this.#earlier.set(id, { ...executed, note: againBecause(outcome.conflicts) });
        return { kind: 'again' };
      }
      const stuck = { ...executed, status: 'failed' as const, reason: stuckBecause(outcome.conflicts) };
      if (outcome.kind === 'stuck')
        return this.#conclude(task, stuck, { ...NOTHING, branch }, async () => {});
      this.#options.shared.aborting();
      return { kind: 'finished', finished: this.#end(id, stuck, { ...NOTHING, branch }), ends: 'collision' };
    } catch (error) {
      const reason = `its result could not be integrated: ${(error as Error).message}`;
      await isolation.keepResult(task, result, reason);
      return this.#conclude(
        task,
        { ...executed, status: 'failed', reason },
        { ...NOTHING, branch },
        async () => {},
      );
    }
  }

  /** The end of a task whose result waits for its turn when the run stops. */
  dropped(id: string, reason: string, because: { because?: string }): Finished | undefined {
    const held = this.#held.get(id);
    if (held === undefined) return undefined;
    this.#held.delete(id);
    const executed = { ...held.executed, status: 'cancelled' as const, reason };
    return { ...this.#end(id, executed, { ...NOTHING, branch: held.result.branch }), ...because };
  }

  /** @param over is told whether what the task has changed is undone */
  async #conclude(
    task: Task,
    executed: Executed,
    done: Done,
    over: (isUndone: boolean) => Promise<void>,
  ): Promise<Ended> {
    const { id } = task;
    if (executed.status === 'passed') {
      await over(false);
      const finished = this.#end(id, executed, done);
      await this.#options.checkpoint(task, done.filesChanged);
      return { kind: 'finished', finished };
    }
    if (executed.status === 'cancelled') {
      // Nothing half-done stays.
      const why = await this.#whyNot(() => over(true));
      const ended = { ...executed, ...(why !== undefined && { reason: why }) };
      return { kind: 'finished', finished: this.#end(id, ended, why === undefined ? undone(done) : done) };
    }
    const policy = this.#policyOf(task);
    const { ask } = this.#options;
    const choice = policy === 'ask' ? ((await ask?.(id, executed.reason ?? 'failed')) ?? 'continue') : policy;
    if (choice === 'retry') {
      this.#earlier.set(id, { ...executed, note: `${executed.reason}; again, as you chose` });
      return this.run(task);
    }
    if (choice === 'abort') this.#options.shared.aborting();
    if (choice !== 'rollback') await over(false);
    const why = choice === 'rollback' ? await this.#whyNot(() => over(true)) : undefined;
    if (why !== undefined) {
      const stuck = { ...executed, reason: `${executed.reason}; ${why}` };
      return { kind: 'finished', finished: this.#end(id, stuck, done) };
    }
    const rolledBack = { ...executed, status: 'rolled-back' as const };
    if (choice === 'rollback')
      return {
        kind: 'finished',
        finished: this.#end(id, rolledBack, undone(done)),
      };
    return {
      kind: 'finished',
      finished: this.#end(id, executed, done),
      ...(choice === 'abort' ? { ends: 'abort' as const } : {}),
    };
  }

  /** Why the disk does not let what a task has changed be put back: then the next command does it. */
  async #whyNot(over: () => Promise<void>): Promise<string | undefined> {
    try {
      await over();
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      this.#options.shared.isHalfDone = true;
      return `what it has changed could not be put back: ${message}; once that is mended, ptask clean does it`;
    }
  }

  #execute(task: Task, place: Place): Promise<Executed> {
    if (!this.#since.has(task.id)) this.#since.set(task.id, performance.now());
    return execute(this.#context, this.#briefings, task, place, this.#earlier.get(task.id));
  }

  #end(id: string, executed: Omit<Executed, 'status'> & Pick<Finished, 'status'>, done: Done): Finished {
    if (executed.status === 'passed') this.#briefings.handOver(id);
    else this.#briefings.drop(id);
    const durationMs = Math.round((performance.now() - (this.#since.get(id) ?? 0)) * 10) / 10;
    return { type: 'task-finished', id, ...executed, durationMs, ...done };
  }

  #policyOf({ onFailure }: Task): FailurePolicy {
    return this.#options.onFailure ?? onFailure;
  }
}

const failed = (id: string, reason: string): Ended => ({
  kind: 'finished',
  finished: neverRan(id, 'failed', reason, {}),
});

/** Of nothing that was changed there is nothing to put back. */
const undone = ({ filesChanged, ...done }: Done): Done => ({
  ...done,
  filesChanged: [],
  ...(filesChanged.length > 0 && { undone: filesChanged }),
});

const strayReason = (strays: readonly Stray[]): string =>
  `it changed ${strays[0]?.path ?? 'files'}${strays.length > 1 ? ` and ${strays.length - 1} more` : ''} outside of its writes`;

function againBecause([first]: readonly IntegrationConflict[]): string {
  if (first === undefined) return 'it runs again';
  const others = first.tasks.slice(1).join(', ') || 'the work tree';
  return first.kind === 'stale-read'
    ? `${first.path}, which it reads, was changed by ${others} after it began: it runs again`
    : `its change to ${first.path} does not fit to that of ${others}: it runs again on that`;
}

function stuckBecause(conflicts: readonly IntegrationConflict[]): string {
  const first = conflicts.find(({ resolution }) => resolution === 'abort') ?? conflicts[0];
  if (first === undefined) return 'its result does not fit';
  const others = first.tasks.slice(1).join(', ') || 'the work tree';
  return `its change to ${first.path} does not fit to that of ${others}${first.reason ? ` (${first.reason})` : ''}`;
}
