// Results of isolated tasks that wait for their turn, and what becomes of each when it has come.

import { reasonOf } from '../base/system-limits.ts';
import type { Task } from '../config/config.ts';
import type { TaskCaching } from './caching/task-caching.ts';
import type { Concluded, Conclusions, ConclusionsOptions } from './conclusion.ts';
import { type Executed, failedFor } from './executor/execute.ts';
import { againBecause, stuckBecause } from './integrate/conflict-text.ts';
import type { Integrated } from './integrate/integrate.ts';
import type { Stuck } from './integrate/integrator.ts';
import type { RunContext } from './records/context.ts';
import { NOTHING } from './workspace/workspace.ts';
import type { TaskResult } from './workspace/worktree/results.ts';
import type { Isolation, WorkspacesOptions } from './workspaces.ts';

/** What has become of a task whose turn to be integrated had come. */
export type Turned =
  | Concluded
  /** Its result was dropped, and it is to run again. */
  | { kind: 'again' };

export interface Held {
  executed: Executed;
  /** How long that took. */
  durationMs: number;
  result: TaskResult;
}

export interface HeldResultsOptions
  extends Pick<ConclusionsOptions, 'checkpoint' | 'onAbort'>,
    Pick<WorkspacesOptions, 'isolation' | 'watch'> {
  /** There where a task is cached. */
  caching: TaskCaching | undefined;
}

export class HeldResults {
  readonly #context: RunContext;
  readonly #options: HeldResultsOptions;
  readonly #conclusions: Conclusions;
  readonly #held = new Map<string, Held>();

  constructor(context: RunContext, options: HeldResultsOptions, conclusions: Conclusions) {
    this.#context = context;
    this.#options = options;
    this.#conclusions = conclusions;
  }

  hold(id: string, held: Held): void {
    this.#held.set(id, held);
  }

  /** It waits no longer. */
  take(id: string): Held | undefined {
    const held = this.#held.get(id);
    this.#held.delete(id);
    return held;
  }

  /** What the task has done goes into the shared tree, or is dropped. */
  async integrate(task: Task): Promise<Turned> {
    const { integrator } = this.#options.isolation as Isolation;
    const { emit } = this.#context;
    const { watch, checkpoint, onAbort } = this.#options;
    const { id } = task;
    const { executed, result, durationMs } = this.take(id) as Held;
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
      return this.#conclusions.conclude({ task, executed: failedFor(executed, reason), done, again });
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
    const stuck = failedFor(executed, stuckBecause(conflicts));
    if (outcome.kind === 'stuck') return this.#conclusions.conclude({ task, executed: stuck, done, again });
    onAbort();
    return { kind: 'finished', finished: this.#conclusions.end(id, stuck, done), ends: 'collision' };
  }
}
