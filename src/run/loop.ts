// The one loop of a run. It asks the schedule what may start, starts it, and tells the schedule how it ended, until
// everything is over; whatever happens becomes an event. All deciding is in schedule.ts, all doing in execute.ts.

import type { FailurePolicy, Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { RunContext } from './context.ts';
import { execute, neverRan } from './execute.ts';
import { Schedule } from './schedule.ts';

export interface TaskLoop {
  concurrency: number;
  expected: ReadonlyMap<string, number>;
  abort: AbortController;
  onFailure: FailurePolicy | undefined;
}

/** Resolves with the durations of the tasks that passed. */
export function runTasks(
  context: RunContext,
  tasks: readonly Task[],
  plan: Plan,
  loop: TaskLoop,
): Promise<Map<string, number>> {
  const { config, emit, stop } = context;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const phases = new Map(plan.tasks.map(({ id, phase }) => [id, phase]));
  const passed = new Map<string, number>();
  const blocked = new Map<string, string>();
  let abortedBy: string | undefined;
  const schedule = new Schedule({
    tasks: tasks.map(({ id, resources }) => ({ id, resources, phase: phases.get(id) ?? 0 })),
    edges: plan.edges.map(({ from, to, because }) => ({
      from,
      to,
      // A reader cannot be run on what its writer has left half done; two writers only take turns.
      requires: because.kind === 'needs' || because.kind === 'write-read',
    })),
    capacities: config.resources,
    concurrency: loop.concurrency,
    expectedMs: loop.expected,
    barrier: config.barrier,
  });

  return new Promise((done, reject) => {
    const halt = (): void => {
      const pending = schedule.stop();
      const because = abortedBy === undefined ? {} : { because: abortedBy };
      const reason = abortedBy === undefined ? context.whyStopped() : `${abortedBy} failed`;
      for (const id of pending) emit(neverRan(id, 'cancelled', reason, because));
      advance();
    };
    const finish = (id: string, finished: Omit<TaskFinished, 'at'>): void => {
      emit(finished);
      if (finished.status === 'passed') passed.set(id, finished.durationMs);
      const fallout = schedule.finish(id, finished.status as 'passed' | 'failed' | 'cancelled');
      for (const { id: skipped, because } of fallout)
        emit(neverRan(skipped, 'skipped', `${because} failed`, { because }));
      const policy = loop.onFailure ?? byId.get(id)?.onFailure;
      if (finished.status === 'failed' && policy === 'abort' && !stop.aborted) {
        abortedBy = id;
        emit({ type: 'run-stopping', reason: 'abort', task: id });
        loop.abort.abort();
      } else advance();
    };
    const advance = (): void => {
      if (schedule.isOver) {
        stop.removeEventListener('abort', halt);
        done(passed);
        return;
      }
      const { start, blocked: held } = schedule.next();
      for (const { id, resources } of held) {
        const names = resources.join('\0');
        if (blocked.get(id) === names) continue;
        blocked.set(id, names);
        emit({ type: 'task-waiting', id, resources });
      }
      for (const id of start) {
        const task = byId.get(id) as Task;
        // What is thrown here is a bug of ours: nothing more is started, and whoever waits hears of it.
        execute(context, task, () => abortedBy)
          .then((finished) => finish(id, finished))
          .catch((error) => {
            reject(error);
            loop.abort.abort();
          });
      }
    };
    stop.addEventListener('abort', halt, { once: true });
    if (stop.aborted) halt();
    else advance();
  });
}
