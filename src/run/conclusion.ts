// How a task ends, whatever it was that ended it and wherever it worked: its changes stay or go as the config says, or whoever is
// asked, and it is said in one event.

import { elapsed } from '../base/elapsed.ts';
import type { FailurePolicy, Task } from '../config/config.ts';
import type { FileChange } from '../model/report.ts';
import type { Briefings } from './agents/prompt-context.ts';
import type { Earlier, Executed } from './executor/execute.ts';
import type { RunContext } from './records/context.ts';
import type { Ask, Choice } from './records/options.ts';
import type { Finished } from './task-result.ts';
import { type Done, undone, type Workspace } from './workspace/workspace.ts';

/** The task is over. */
export interface Concluded {
  kind: 'finished';
  finished: Finished;
  /** The run ends with it. */
  ends?: 'abort' | 'collision';
}

export interface ConclusionsOptions {
  /** Instead of the tasks' own. */
  onFailure: FailurePolicy | undefined;
  /** Asks somebody; without anybody to ask, `ask` is `continue`. */
  ask: Ask | undefined;
  /** All that the run has changed is going to be put back. */
  onAbort(): void;
  /** Remembers the state after a task that passed; there where that is asked for. */
  checkpoint: ((task: Task, filesChanged: readonly FileChange[]) => Promise<void>) | undefined;
}

export interface Conclusion<Again> {
  task: Task;
  executed: Executed;
  done: Done;
  /** Undefined where it has none any more, or never had one. */
  workspace?: Pick<Workspace, 'keep' | 'discard'>;
  /** Has it run once more. */
  again(): Promise<Again>;
}

export class Conclusions {
  readonly #context: RunContext;
  readonly #briefings: Briefings;
  readonly #options: ConclusionsOptions;
  /** What was dropped of each. */
  readonly #earlier = new Map<string, Earlier>();
  /**
   * When the first attempt of each began, waits and dropped results included in what it lasts. As long as somebody
   * thinks about an answer the time of the task stands still.
   */
  readonly #since = new Map<string, number>();

  constructor(context: RunContext, briefings: Briefings, options: ConclusionsOptions) {
    this.#context = context;
    this.#briefings = briefings;
    this.#options = options;
  }

  /** An attempt begins. */
  begin({ id }: Task): void {
    if (!this.#since.has(id)) this.#since.set(id, elapsed());
  }

  earlier(id: string): Earlier | undefined {
    return this.#earlier.get(id);
  }

  /** What it has done is dropped, and it runs again. */
  drop(id: string, earlier: Earlier): void {
    this.#earlier.set(id, earlier);
  }

  async conclude<Again>(conclusion: Conclusion<Again>): Promise<Concluded | Again> {
    const { task, executed, done, workspace, again } = conclusion;
    if (executed.status === 'passed') {
      await workspace?.keep();
      const finished = this.end(task.id, executed, done);
      await this.#options.checkpoint?.(task, done.filesChanged);
      return { kind: 'finished', finished };
    }
    // Nothing half-done stays.
    if (executed.status === 'cancelled') return this.#discard('cancelled', conclusion);
    const choice = await this.#choose(task, executed);
    if (choice === 'retry') {
      this.#retrying(task.id, executed, done);
      return again();
    }
    if (choice === 'rollback') return this.#discard('rolled-back', conclusion);
    if (choice === 'abort') this.#options.onAbort();
    const lost = await workspace?.keep();
    const finished =
      lost === undefined
        ? this.end(task.id, executed, done)
        : this.end(task.id, because(executed, lost), { ...done, filesChanged: [] });
    return { kind: 'finished', finished, ...(choice === 'abort' && { ends: 'abort' as const }) };
  }

  async #discard(
    status: 'cancelled' | 'rolled-back',
    { task, executed, done, workspace }: Conclusion<unknown>,
  ): Promise<Concluded> {
    const problem = await workspace?.discard();
    if (problem === undefined)
      return { kind: 'finished', finished: this.end(task.id, { ...executed, status }, undone(done)) };
    const failed = { ...because(executed, problem), status: 'failed' as const };
    return { kind: 'finished', finished: this.end(task.id, failed, done) };
  }

  /** What the config says of a failure, or whoever is asked. Nobody is asked any more once the run stops. */
  async #choose({ id, onFailure }: Task, { reason = 'failed' }: Executed): Promise<Choice> {
    const policy = this.policyOf({ onFailure });
    if (policy !== 'ask') return policy;
    const { ask } = this.#options;
    if (ask === undefined) return 'continue';
    const { emit, stop } = this.#context;
    emit({ type: 'task-asking', id, reason });
    const begin = elapsed();
    const choice = await answer(ask, { task: id, reason, stop });
    emit({ type: 'task-answered', id, choice });
    const since = this.#since.get(id);
    if (since !== undefined) this.#since.set(id, since + elapsed() - begin);
    return choice;
  }

  #retrying(id: string, executed: Executed, { filesChanged }: Done): void {
    const { attempts: attempt, reason = 'failed' } = executed;
    this.#earlier.set(id, { executed, note: `${reason}; again, as you chose` });
    // What has not come to its first attempt has nothing to try again.
    if (attempt > 0)
      this.#context.emit({ type: 'task-retrying', id, attempt, reason, delayMs: 0, filesChanged });
  }

  end(id: string, executed: Omit<Executed, 'status'> & Pick<Finished, 'status'>, done: Done): Finished {
    if (executed.status === 'passed') this.#briefings.handOver(id);
    else this.#briefings.drop(id);
    const now = elapsed();
    const durationMs = Math.round((now - (this.#since.get(id) ?? now)) * 10) / 10;
    return { type: 'task-finished', id, ...executed, durationMs, ...done };
  }

  policyOf({ onFailure }: Pick<Task, 'onFailure'>): FailurePolicy {
    return this.#options.onFailure ?? onFailure;
  }
}

/** With one more reason. */
const because = (executed: Executed, problem: string): Executed => ({
  ...executed,
  reason: executed.reason === undefined ? problem : `${executed.reason}; ${problem}`,
});

/** Whatever is answered before the run stops; then nobody waits for an answer any more. */
async function answer(
  ask: Ask,
  { task, reason, stop }: { task: string; reason: string; stop: AbortSignal },
): Promise<Choice> {
  if (stop.aborted) return 'continue';
  let onStop = (): void => {};
  const stopped = new Promise<Choice>((done) => {
    onStop = () => done('continue');
    stop.addEventListener('abort', onStop, { once: true });
  });
  try {
    const choice = await Promise.race([ask(task, reason, stop), stopped]);
    return stop.aborted && choice === 'retry' ? 'continue' : choice;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
