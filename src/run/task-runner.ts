// What is done with one task: in the shared tree or in a worktree, with what was there before kept, and its failure
// treated as the config says. Unaware of the order of tasks.

import type { FailurePolicy, Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { FileChange } from '../model/report.ts';
import type { PatternList } from '../plan/patterns/index.ts';
import { Briefings } from './agents/prompt-context.ts';
import { type Earlier, type Executed, execute, neverBegan, type Place } from './executor/execute.ts';
import { againBecause, answer, both, strayReason, stuckBecause, whyNotPutBack } from './failure.ts';
import type { Integrated } from './integrate/integrate.ts';
import type { Isolation, Stuck } from './integrate/isolation.ts';
import type { RunContext } from './records/context.ts';
import type { Ask, Choice } from './records/options.ts';
import type { RunFolder } from './records/run-folder.ts';
import { type Done, type Finished, neverRan } from './task-result.ts';
import { compare, footprint } from './workspace/file-prints.ts';
import type { SharedTree } from './workspace/shared/shared-tree.ts';
import type { TreeWatch } from './workspace/shared/watch.ts';
import type { TaskResult } from './workspace/worktree/results.ts';
import type { Workspace } from './workspace/worktree/workspaces.ts';

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
  ask: Ask | undefined;
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

/** What follows when a task is over, where that is more than to say so. */
interface Following {
  /** What the task has changed stays. */
  keep?(): Promise<void>;
  /** It is put back; comes back with why not all of it could be. */
  undo?(): Promise<string | undefined>;
  /** Has it run once more, where that is chosen. */
  again(): Promise<Ended>;
}

export class Conductor {
  readonly #context: RunContext;
  readonly #options: ConductorOptions;
  readonly #isolated: ReadonlySet<string>;
  readonly #briefings: Briefings;
  readonly #earlier = new Map<string, Earlier>();
  /** Tasks whose files are kept as they were before them, each with the lists of these files. */
  readonly #kept = new Map<string, PatternList[]>();
  /**
   * When the first attempt of each began, waits and dropped results included in what it lasts. As long as somebody
   * thinks about an answer the time of the task stands still.
   */
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
    const { id } = task;
    const again = (): Promise<Ended> => this.#runShared(task);
    let reach = this.#kept.get(id);
    try {
      reach ??= await shared.begin({ ...task, onFailure: this.#policyOf(task) });
      this.#kept.set(id, reach);
    } catch (error) {
      const reason = `what it may change could not be kept: ${(error as Error).message}`;
      return this.#conclude(task, neverBegan(reason, this.#earlier.get(id)), NOTHING, { again });
    }
    const endWindow = watch?.begin(task, true, reach);
    const before = footprint(config.root, ...reach);
    const changed = () => compare(before, footprint(config.root, ...reach));
    const executed = await this.#execute(task, { workdir: config.root, setup: [], changed });
    const filesChanged = changed();
    await endWindow?.();
    const keep = async (): Promise<void> => {
      const paths = filesChanged.map(({ path }) => path);
      await shared.keep(task, paths);
      isolation?.sharedTaskOver(id, paths);
    };
    const undo = async (): Promise<string | undefined> => {
      const problem = await whyNotPutBack(shared, task);
      const paths = problem === undefined ? [] : filesChanged.map(({ path }) => path);
      // Half done it is not kept: the next command goes on with it.
      if (problem === undefined || shared.isHalfDone) isolation?.sharedTaskOver(id, paths);
      else await keep();
      return problem;
    };
    const done = { filesChanged, strays: [] };
    const following = { keep, undo, again };
    if (executed.status !== 'passed' || task.strays !== 'error' || watch === undefined)
      return this.#conclude(task, executed, done, following);
    // Nobody fails for what may be another's.
    const found = ((await watch.find()).strays.get(id) ?? []).filter(({ others }) => others === undefined);
    if (found.length === 0) return this.#conclude(task, executed, done, following);
    const strayed = { ...executed, status: 'failed' as const, reason: strayReason(found) };
    return this.#conclude(task, strayed, { filesChanged, strays: found }, following);
  }

  /**
   * The files can do without worktrees, if the tasks take turns; commits and branches for each of them cannot. What has
   * kept one task from its worktree is taken to keep all from theirs.
   */
  async #withoutWorktree(task: Task, message: string, again: Following['again']): Promise<Ended> {
    const { id } = task;
    const { config, stop, whyStopped } = this.#context;
    if (stop.aborted) return { kind: 'finished', finished: neverRan(id, 'cancelled', whyStopped(), {}) };
    const reason = `its worktree could not be made: ${message}`;
    if (config.integrate !== 'apply')
      return this.#conclude(task, neverBegan(reason, this.#earlier.get(id)), NOTHING, { again });
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
    const again = (): Promise<Ended> => this.#runIsolated(task);
    const begin = performance.now();
    let workspace: Workspace;
    try {
      workspace = await isolation.open(task);
    } catch (error) {
      return this.#withoutWorktree(task, (error as Error).message, again);
    }
    const { worktree, root, reused } = workspace;
    const { branch, path } = worktree;
    const durationMs = Math.round(performance.now() - begin);
    emit({ type: 'workspace-ready', id, path, branch, reused, durationMs });
    const { setup } = config.worktrees;
    const onSetUp = (): Promise<void> =>
      setup.length > 0 ? isolation.setUp(task, workspace) : Promise.resolve();
    const changed = () => compare(workspace.before, footprint(root, ...workspace.reach));
    const place = { workdir: root, branch, setup, onSetUp, changed };
    const endWindow = this.#options.watch?.begin(task, false, workspace.reach);
    const started = performance.now();
    const executed = await this.#execute(task, place);
    const tookMs = performance.now() - started;
    await endWindow?.();
    const dropped = { ...NOTHING, branch };
    if (executed.status !== 'passed') {
      const lost = undone({ ...dropped, filesChanged: changed() });
      if (executed.status === 'failed') isolation.failed(task, workspace, executed.reason ?? 'failed');
      else isolation.close(workspace);
      return this.#conclude(task, executed, lost, { again });
    }
    try {
      const result = await isolation.settle(task, workspace);
      if (task.strays === 'error' && result.strays.length > 0) {
        const reason = strayReason(result.strays);
        const strays = { ...executed, status: 'failed' as const, reason };
        isolation.failed(task, workspace, reason);
        return this.#conclude(task, strays, { ...dropped, strays: result.strays }, { again });
      }
      const past = task.strays === 'error' ? await this.#pastItsWorktree(id) : undefined;
      if (past !== undefined) {
        isolation.failed(task, workspace, past);
        return this.#conclude(task, { ...executed, status: 'failed', reason: past }, dropped, { again });
      }
      isolation.close(workspace);
      this.#held.set(id, { executed, result, durationMs: tookMs });
      return { kind: 'ran' };
    } catch (error) {
      const { message: reason } = error as Error;
      return this.#conclude(task, { ...executed, status: 'failed', reason }, dropped, { again });
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
    // It has no slot any more, and waits for one as after a collision.
    const again = async (): Promise<Ended> => ({ kind: 'again' });
    let outcome: Integrated | Stuck;
    try {
      this.#options.watch?.integrating(filesChanged.map(({ path }) => path));
      outcome = await isolation.integrate(task, result, durationMs);
    } catch (error) {
      const reason = `its result could not be integrated: ${(error as Error).message}`;
      await isolation.keepResult(task, result, reason);
      const failed = { ...executed, status: 'failed' as const, reason };
      return this.#conclude(task, failed, { ...NOTHING, branch }, { again });
    }
    if (outcome.conflicts.length > 0) emit({ type: 'task-collided', id, conflicts: outcome.conflicts });
    if (outcome.kind === 'rerun') {
      this.#earlier.set(id, { executed, note: againBecause(outcome.conflicts) });
      return { kind: 'again' };
    }
    if (outcome.kind !== 'integrated') {
      const stuck = { ...executed, status: 'failed' as const, reason: stuckBecause(outcome.conflicts) };
      if (outcome.kind === 'stuck') return this.#conclude(task, stuck, { ...NOTHING, branch }, { again });
      this.#options.shared.aborting();
      return { kind: 'finished', finished: this.#end(id, stuck, { ...NOTHING, branch }), ends: 'collision' };
    }
    this.#options.watch?.integrated(filesChanged.map(({ path }) => path));
    const strays = task.strays === 'ignore' ? [] : result.strays;
    const finished = this.#end(id, executed, { filesChanged, strays, branch });
    await this.#options.checkpoint(task, filesChanged);
    return { kind: 'finished', finished };
  }

  /** The end of a task that has run, and whose result waits for its turn or is to be made anew when the run stops. */
  dropped(id: string, reason: string, because: { because?: string }): Finished | undefined {
    const held = this.#held.get(id);
    const before = held?.executed ?? this.#earlier.get(id)?.executed;
    if (before === undefined) return undefined;
    this.#held.delete(id);
    const executed = { ...before, status: 'cancelled' as const, reason };
    const done = held === undefined ? NOTHING : { ...NOTHING, branch: held.result.branch };
    return { ...this.#end(id, executed, done), ...because };
  }

  async #conclude(task: Task, executed: Executed, done: Done, following: Following): Promise<Ended> {
    const { id } = task;
    if (executed.status === 'passed') {
      await following.keep?.();
      const finished = this.#end(id, executed, done);
      await this.#options.checkpoint(task, done.filesChanged);
      return { kind: 'finished', finished };
    }
    // Nothing half-done stays.
    if (executed.status === 'cancelled') return this.#undo(task, executed, 'cancelled', done, following);
    const choice = await this.#choose(task, executed);
    if (choice === 'retry') {
      this.#retrying(id, executed, done);
      return following.again();
    }
    if (choice === 'rollback') return this.#undo(task, executed, 'rolled-back', done, following);
    if (choice === 'abort') this.#options.shared.aborting();
    await following.keep?.();
    return {
      kind: 'finished',
      finished: this.#end(id, executed, done),
      ...(choice === 'abort' ? { ends: 'abort' as const } : {}),
    };
  }

  async #undo(
    { id }: Task,
    executed: Executed,
    status: 'cancelled' | 'rolled-back',
    done: Done,
    following: Following,
  ): Promise<Ended> {
    const problem = await following.undo?.();
    const finished =
      problem === undefined
        ? this.#end(id, { ...executed, status }, undone(done))
        : this.#end(id, { ...executed, status: 'failed', reason: both(executed.reason, problem) }, done);
    return { kind: 'finished', finished };
  }

  /** What the config says of a failure, or whoever is asked. Nobody is asked any more once the run stops. */
  async #choose(task: Task, { reason = 'failed' }: Executed): Promise<Choice> {
    const policy = this.#policyOf(task);
    if (policy !== 'ask') return policy;
    const { emit, stop } = this.#context;
    const { ask } = this.#options;
    if (ask === undefined) return 'continue';
    emit({ type: 'task-asking', id: task.id, reason });
    const begin = performance.now();
    const choice = await answer(ask, { task: task.id, reason, stop });
    emit({ type: 'task-answered', id: task.id, choice });
    const since = this.#since.get(task.id);
    if (since !== undefined) this.#since.set(task.id, since + performance.now() - begin);
    return choice;
  }

  #retrying(id: string, executed: Executed, { filesChanged }: Done): void {
    const { attempts: attempt, reason = 'failed' } = executed;
    this.#earlier.set(id, { executed, note: `${reason}; again, as you chose` });
    // What has not come to its first attempt has nothing to try again.
    if (attempt > 0)
      this.#context.emit({ type: 'task-retrying', id, attempt, reason, delayMs: 0, filesChanged });
  }

  #execute(task: Task, place: Place): Promise<Executed> {
    if (!this.#since.has(task.id)) this.#since.set(task.id, performance.now());
    return execute(this.#context, this.#briefings, task, place, this.#earlier.get(task.id));
  }

  #end(id: string, executed: Omit<Executed, 'status'> & Pick<Finished, 'status'>, done: Done): Finished {
    if (executed.status === 'passed') this.#briefings.handOver(id);
    else this.#briefings.drop(id);
    const now = performance.now();
    const durationMs = Math.round((now - (this.#since.get(id) ?? now)) * 10) / 10;
    return { type: 'task-finished', id, ...executed, durationMs, ...done };
  }

  #policyOf({ onFailure }: Task): FailurePolicy {
    return this.#options.onFailure ?? onFailure;
  }
}

/** Of nothing that was changed there is nothing to put back. */
const undone = ({ filesChanged, ...done }: Done): Done => ({
  ...done,
  filesChanged: [],
  ...(filesChanged.length > 0 && { undone: filesChanged }),
});
