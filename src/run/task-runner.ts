// What is done with one task: it works in its workspace, its result is integrated in its turn, and it ends. Unaware of the order of
// tasks.

import { elapsed } from '../base/elapsed.ts';
import { reasonOf } from '../base/system-limits.ts';
import type { Task } from '../config/config.ts';
import type { Briefings } from './agents/prompt-context.ts';
import type { Hit } from './caching/hit.ts';
import type { TaskCaching } from './caching/task-caching.ts';
import { type Concluded, Conclusions, type ConclusionsOptions } from './conclusion.ts';
import { type Executed, execute, neverBegan } from './executor/execute.ts';
import { againBecause, stuckBecause } from './integrate/conflict-text.ts';
import type { Integrated } from './integrate/integrate.ts';
import type { Stuck } from './integrate/integrator.ts';
import type { RunContext } from './records/context.ts';
import type { RunFolder } from './records/run-folder.ts';
import type { RemoteTasks } from './remote/remote-tasks.ts';
import type { Services } from './services/services.ts';
import { type Finished, neverRan } from './task-result.ts';
import { NOTHING } from './workspace/workspace.ts';
import type { TaskResult } from './workspace/worktree/results.ts';
import { type Isolation, Workspaces, type WorkspacesOptions } from './workspaces.ts';

/** What has become of a task that was to run. */
export type Ran =
  | Concluded
  /** An isolated task, to be integrated in its turn. */
  | { kind: 'ran' }
  /** No worktree can be made: it is to run in its turn, in the shared tree. */
  | { kind: 'turns' }
  /** It could not run remotely: it is to run here. */
  | { kind: 'home' };

/** What has become of a task whose turn to be integrated had come. */
export type Turned =
  | Concluded
  /** Its result was dropped, and it is to run again. */
  | { kind: 'again' };

/** What has become of a task whose result was looked for. */
export type LookedUp =
  | Concluded
  /** An isolated task, whose result is to be integrated in its turn. */
  | { kind: 'ran' }
  /** It is to run. */
  | { kind: 'missed' };

export interface TaskRunnerOptions extends ConclusionsOptions, WorkspacesOptions {
  briefings: Briefings;
  /** There where a task is cached. */
  caching: TaskCaching | undefined;
  /** What an earlier run has done and need not be done again, each with a sentence that says so. */
  done: ReadonlyMap<string, string>;
  /** There where a task runs remotely. */
  remote: RemoteTasks | undefined;
  /** There where a task is a service. */
  services: Services | undefined;
  /** That run. */
  doneIn: RunFolder | undefined;
}

/** A result that waits for its turn. */
interface Held {
  executed: Executed;
  /** How long that took. */
  durationMs: number;
  result: TaskResult;
}

export class TaskRunner {
  readonly #context: RunContext;
  readonly #options: TaskRunnerOptions;
  readonly #workspaces: Workspaces;
  readonly #briefings: Briefings;
  readonly #conclusions: Conclusions;
  readonly #held = new Map<string, Held>();
  /** Results of isolated tasks that came from the cache and wait for their turn. */
  readonly #hits = new Map<string, Hit>();

  constructor(context: RunContext, options: TaskRunnerOptions) {
    this.#context = context;
    this.#options = options;
    this.#briefings = options.briefings;
    this.#conclusions = new Conclusions(context, this.#briefings, options);
    this.#workspaces = new Workspaces(context, options);
  }

  /** No task runs any more. */
  close(): void {
    this.#briefings.handovers.close();
  }

  isCached({ id, cache }: Task): boolean {
    const { caching, done } = this.#options;
    if (caching === undefined || !cache.isOn || done.has(id)) return false;
    if (this.#context.tracer?.traces(id)) return false;
    // What goes to a branch is a commit of its own, and none is kept.
    return !this.#workspaces.isIsolated(id) || this.#context.config.integrate === 'apply';
  }

  /** Whether it runs on another machine, as far as is known by now. */
  isRemote(task: Task): boolean {
    return this.#options.remote?.takes(task) ?? false;
  }

  /** What finds those of the tasks, all of them cached, whose results are known to be in place. */
  inPlace(tasks: readonly Task[]): Promise<(task: Task) => Hit | undefined> {
    return (this.#options.caching as TaskCaching).inPlace(tasks);
  }

  /** What becomes of a task whose result is there; at once, where nothing is to be done but to say so. */
  settle(task: Task, hit: Hit): LookedUp | Promise<LookedUp> {
    const { id } = task;
    const { caching, checkpoint, isolation } = this.#options;
    if (this.#workspaces.isIsolated(id) && !this.#workspaces.isDenied(id)) {
      this.#hits.set(id, hit);
      return { kind: 'ran' };
    }
    if (hit.wanted !== undefined || checkpoint !== undefined)
      return this.#restore(task, hit).then((restored) => restored ?? { kind: 'missed' });
    this.#conclusions.begin(task);
    const replayed = (caching as TaskCaching).replay(task, hit);
    if (replayed === undefined) return { kind: 'missed' };
    isolation?.tree.sharedTaskOver(id, []);
    return { kind: 'finished', finished: this.#conclusions.end(id, replayed.executed, NOTHING) };
  }

  /** Only for those that are cached. @param onFound called once it is known that there is a result */
  async lookUp(task: Task, onFound: () => void): Promise<LookedUp> {
    const caching = this.#options.caching as TaskCaching;
    const hit = await caching.lookUp(task);
    if (hit === undefined || this.#context.stop.aborted) return { kind: 'missed' };
    onFound();
    return this.settle(task, hit);
  }

  /** Undefined where the result is not there after all. */
  async #restore(task: Task, hit: Hit): Promise<Concluded | undefined> {
    const { isolation, caching, durable } = this.#options;
    this.#conclusions.begin(task);
    if (hit.wanted !== undefined) {
      const isDurable = await durable().then(
        () => true,
        () => false,
      );
      // To run it fails of the same, and says so.
      if (!isDurable) return undefined;
    }
    const restored = await (caching as TaskCaching).restore(task, hit);
    if (restored === undefined) return undefined;
    const { executed, filesChanged } = restored;
    if (filesChanged.length > 0) this.#options.services?.ran(task.id);
    isolation?.tree.sharedTaskOver(
      task.id,
      filesChanged.map(({ path }) => path),
    );
    const done = { ...NOTHING, filesChanged };
    const again = async (): Promise<never> => {
      throw new Error('what has passed does not run again');
    };
    return this.#conclusions.conclude({ task, executed, done, again });
  }

  /** Whether an earlier run has done it. */
  isDone({ id }: Task): boolean {
    return this.#options.done.has(id);
  }

  /** @param onReady called once a service is up */
  async run(task: Task, onReady: () => void): Promise<Ran> {
    const { done, doneIn } = this.#options;
    const before = done.get(task.id);
    if (before === undefined) return this.#run(task, onReady);
    if (doneIn !== undefined) this.#briefings.passOn(task.id, doneIn);
    return { kind: 'finished', finished: neverRan(task.id, 'passed', before, {}) };
  }

  async #run(task: Task, onReady: () => void): Promise<Ran> {
    const { id } = task;
    const again = (): Promise<Ran> => this.#run(task, onReady);
    const remote = this.isRemote(task) ? this.#options.remote?.open(task) : undefined;
    const opened = await this.#workspaces.open(task, this.#conclusions.policyOf(task), remote?.workspace);
    if (opened.kind === 'turns') return opened;
    if (opened.kind === 'stopped')
      return {
        kind: 'finished',
        finished: neverRan(id, 'cancelled', this.#context.whyStopped(), {}),
      };
    if (opened.kind === 'failed') {
      const executed = neverBegan(opened.reason, this.#conclusions.earlier(id));
      return this.#conclusions.conclude({ task, executed, done: NOTHING, again });
    }
    const { workspace } = opened;
    const { isolation } = this.#options;
    const { workdir } = workspace.place;
    const caching = this.isCached(task) ? this.#options.caching : undefined;
    if (remote === undefined) await caching?.begin(task, workdir);
    this.#conclusions.begin(task);
    const began = elapsed();
    const earlier = this.#conclusions.earlier(id);
    const { services } = this.#options;
    const context = services?.contextOf(task, (isAdopted) => {
      // What it has written by now is there for those that need it.
      isolation?.tree.sharedTaskOver(
        id,
        workspace.place.changed().map(({ path }) => path),
      );
      this.#context.emit({ type: 'service-ready', id, ...(isAdopted && { adopted: true }) });
      onReady();
    });
    const { isTrouble, ...tried } = await execute(
      context ?? this.#context,
      this.#briefings,
      task,
      workspace.place,
      {
        ...{ earlier, elsewhere: remote?.elsewhere },
      },
    );
    if (isTrouble && this.#comesHome(task, tried)) {
      await workspace.discard();
      return { kind: 'home' };
    }
    const ended = isTrouble ? failed(tried, `it could not run remotely: ${tried.reason}`) : tried;
    services?.ended(task, ended);
    const durationMs = elapsed() - began;
    // Others find what it leaves changed.
    const isOfGit = workspace.place.branch !== undefined || remote !== undefined;
    const left = remote === undefined ? workdir : remote.workspace.left?.folder;
    const isKept = caching !== undefined && left !== undefined;
    if (isKept) await caching.ran({ task, workdir: left, isOfGit, executed: ended, durationMs });
    else this.#options.caching?.outdated();
    const { done, failure, result } = await workspace.collect(ended);
    const executed = failure === undefined ? ended : failed(ended, failure);
    // What it has done in a folder of its own is in the user's tree by now, or is not to be.
    this.#options.caching?.outdated();
    if (executed.status !== 'passed') caching?.drop(id);
    else caching?.strayed(id, done.strays);
    if (executed.status === 'passed' && result !== undefined) {
      this.#held.set(id, { executed, result, durationMs });
      return { kind: 'ran' };
    }
    const concluded = await this.#conclusions.conclude({ task, executed, done, workspace, again });
    this.#options.caching?.outdated();
    return concluded;
  }

  /** Of one that was to run remotely: whether it runs here instead. */
  #comesHome(task: Task, executed: Executed): boolean {
    const { remote } = this.#options;
    const { reason = 'failed' } = executed;
    if (remote?.mayRunHere(task) !== true || this.#context.stop.aborted) return false;
    remote.deny(task, reason);
    this.#conclusions.drop(task.id, { executed, note: `it could not run remotely: ${reason}` });
    return true;
  }

  /** Nobody needs this service any more. */
  release(id: string): void {
    this.#options.services?.release(id);
  }

  /** Ends a task that runs: a service that it needs is gone. */
  fail(id: string, service: string): void {
    this.#options.services?.fail(id, service);
  }

  /** What the task has done goes into the shared tree, or is dropped. */
  async integrate(task: Task): Promise<Turned> {
    const hit = this.#hits.get(task.id);
    if (hit === undefined) return this.#integrate(task);
    this.#hits.delete(task.id);
    // Others have come first, and it is looked for anew.
    if (!(await this.#options.caching?.isStill(task, hit))) return { kind: 'again' };
    return (await this.#restore(task, hit)) ?? { kind: 'again' };
  }

  async #integrate(task: Task): Promise<Turned> {
    const { integrator } = this.#options.isolation as Isolation;
    const { emit } = this.#context;
    const { watch, checkpoint, onAbort } = this.#options;
    const { id } = task;
    const { executed, result, durationMs } = this.#held.get(id) as Held;
    this.#held.delete(id);
    const { filesChanged, branch } = result;
    const paths = filesChanged.map(({ path }) => path);
    const ofBranch = branch === undefined ? {} : { branch };
    const done = { ...NOTHING, ...ofBranch };
    // It has no slot any more, and waits for one as after a collision.
    const again = async (): Promise<Turned> => ({ kind: 'again' });
    let outcome: Integrated | Stuck;
    try {
      watch?.integrating(paths);
      outcome = await integrator.integrate(task, result, durationMs);
    } catch (error) {
      const reason = `its result could not be integrated: ${reasonOf(error)}`;
      await integrator.keepResult(task, result, reason);
      return this.#conclusions.conclude({ task, executed: failed(executed, reason), done, again });
    }
    const { conflicts } = outcome;
    if (conflicts.length > 0) emit({ type: 'task-collided', id, conflicts });
    if (outcome.kind === 'rerun') {
      this.#conclusions.drop(id, { executed, note: againBecause(conflicts) });
      return { kind: 'again' };
    }
    if (outcome.kind === 'integrated') {
      this.#options.caching?.outdated();
      watch?.integrated(paths);
      const strays = task.strays === 'ignore' ? [] : result.strays;
      const finished = this.#conclusions.end(id, executed, { filesChanged, strays, ...ofBranch });
      await checkpoint?.(task, filesChanged);
      return { kind: 'finished', finished };
    }
    const stuck = failed(executed, stuckBecause(conflicts));
    if (outcome.kind === 'stuck') return this.#conclusions.conclude({ task, executed: stuck, done, again });
    onAbort();
    return { kind: 'finished', finished: this.#conclusions.end(id, stuck, done), ends: 'collision' };
  }

  /** The end of a task that has run, and whose result waits for its turn or is to be made anew when the run stops. */
  dropped(id: string, reason: string, because: { because?: string }): Finished | undefined {
    const held = this.#held.get(id);
    const before = held?.executed ?? this.#conclusions.earlier(id)?.executed;
    if (before === undefined) return undefined;
    this.#held.delete(id);
    const executed = { ...before, status: 'cancelled' as const, reason };
    const branch = held?.result.branch;
    const done = branch === undefined ? NOTHING : { ...NOTHING, branch };
    return { ...this.#conclusions.end(id, executed, done), ...because };
  }
}

const failed = (executed: Executed, reason: string): Executed => ({ ...executed, status: 'failed', reason });
