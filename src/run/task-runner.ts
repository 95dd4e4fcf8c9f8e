// What is done with one task: it works in its workspace, its result is integrated in its turn, and it ends. Unaware of the order of
// tasks.

import { elapsed } from '../base/elapsed.ts';
import type { Task } from '../config/config.ts';
import type { Briefings } from './agents/prompt-context.ts';
import { CachedTasks, type CachedTasksOptions } from './cached-tasks.ts';
import { type Concluded, Conclusions, type ConclusionsOptions } from './conclusion.ts';
import { type Executed, execute, failedFor, neverBegan } from './executor/execute.ts';
import { HeldResults, type HeldResultsOptions, type Turned } from './held-results.ts';
import type { RunContext } from './records/context.ts';
import type { RunFolder } from './records/run-folder.ts';
import type { RemoteTasks } from './remote/remote-tasks.ts';
import { type Finished, neverRan } from './task-result.ts';
import { NOTHING } from './workspace/workspace.ts';
import { Workspaces, type WorkspacesOptions } from './workspaces.ts';

/** What has become of a task that was to run. */
export type Ran =
  | Concluded
  /** An isolated task, to be integrated in its turn. */
  | { kind: 'ran' }
  /** No worktree can be made: it is to run in its turn, in the shared tree. */
  | { kind: 'turns' }
  /** It could not run remotely: it is to run here. */
  | { kind: 'home' };

export interface TaskRunnerOptions
  extends ConclusionsOptions,
    WorkspacesOptions,
    CachedTasksOptions,
    HeldResultsOptions {
  briefings: Briefings;
  /** There where a task runs remotely. */
  remote: RemoteTasks | undefined;
  /** What has done what an earlier run has done. */
  doneIn: RunFolder | undefined;
}

export class TaskRunner {
  readonly #context: RunContext;
  readonly #options: TaskRunnerOptions;
  readonly #workspaces: Workspaces;
  readonly #briefings: Briefings;
  readonly #conclusions: Conclusions;
  readonly #held: HeldResults;
  /** Those whose results may be in the cache. */
  readonly cached: CachedTasks;

  constructor(context: RunContext, options: TaskRunnerOptions) {
    this.#context = context;
    this.#options = options;
    this.#briefings = options.briefings;
    this.#conclusions = new Conclusions(context, this.#briefings, options);
    this.#workspaces = new Workspaces(context, options);
    this.#held = new HeldResults(context, options, this.#conclusions);
    this.cached = new CachedTasks(context, options, this.#workspaces, this.#conclusions);
  }

  /** No task runs any more. */
  close(): void {
    this.#briefings.handovers.close();
  }

  /** Whether it runs on another machine, as far as is known by now. */
  isRemote(task: Task): boolean {
    return this.#options.remote?.takes(task) ?? false;
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
    const caching = this.cached.has(task) ? this.#options.caching : undefined;
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
    const ended = isTrouble ? failedFor(tried, `it could not run remotely: ${tried.reason}`) : tried;
    services?.ended(task, ended);
    const durationMs = elapsed() - began;
    // Others find what it leaves changed.
    const isOfGit = workspace.place.branch !== undefined || remote !== undefined;
    const left = remote === undefined ? workdir : remote.workspace.left?.folder;
    const isKept = caching !== undefined && left !== undefined;
    if (isKept) await caching.ran({ task, workdir: left, isOfGit, executed: ended, durationMs });
    else this.#options.caching?.outdated();
    const { done, failure, result } = await workspace.collect(ended);
    const executed = failure === undefined ? ended : failedFor(ended, failure);
    // What it has done in a folder of its own is in the user's tree by now, or is not to be.
    this.#options.caching?.outdated();
    if (executed.status !== 'passed') caching?.drop(id);
    else {
      caching?.strayed(id, done.strays);
      if (result !== undefined) caching?.staged(id, result.staged);
    }
    if (executed.status === 'passed' && result !== undefined) {
      this.#held.hold(id, { executed, result, durationMs });
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
  integrate(task: Task): Promise<Turned> {
    return this.cached.integrate(task) ?? this.#held.integrate(task);
  }

  /** The end of a task that has run, and whose result waits for its turn or is to be made anew when the run stops. */
  dropped(id: string, reason: string, because: { because?: string }): Finished | undefined {
    const held = this.#held.take(id);
    const before = held?.executed ?? this.#conclusions.earlier(id)?.executed;
    if (before === undefined) return undefined;
    const executed = { ...before, status: 'cancelled' as const, reason };
    const branch = held?.result.branch;
    const done = branch === undefined ? NOTHING : { ...NOTHING, branch };
    return { ...this.#conclusions.end(id, executed, done), ...because };
  }
}
