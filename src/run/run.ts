// The one loop of a run. It asks the schedule what may start, starts it, and tells the schedule how it ended, until
// everything is over; whatever happens becomes an event. All deciding is in schedule.ts, all doing behind process.ts.

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';
import type { Config, FailurePolicy, Task } from '../config/config.ts';
import type { Event, TaskFinished } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { runTask } from './attempt.ts';
import { compare, footprint } from './changes.ts';
import { baseEnvironment, type Environment, taskEnvironment } from './environment.ts';
import { Journal } from './journal.ts';
import { OutputFile } from './output.ts';
import { findMissingPrograms } from './preflight.ts';
import {
  createRunFolder,
  outputName,
  type RunFolder,
  rememberDurations,
  rememberedDurations,
} from './run-folder.ts';
import { Schedule } from './schedule.ts';
import { runValidation } from './validation.ts';

export interface RunOptions {
  /** Instead of the config's. */
  concurrency?: Config['concurrency'] | undefined;
  /** Instead of the config's, for every task. */
  onFailure?: FailurePolicy | undefined;
  /** Hears every event at once, in order. */
  onEvent?(event: Event): void;
  /** Stops the run: SIGTERM to what runs, SIGKILL after `graceMs`. Its reason, a signal's name, goes into the report. */
  signal?: AbortSignal | undefined;
  /** SIGKILL at once to what still runs. */
  kill?: AbortSignal | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. Default 5,000. */
  graceMs?: number;
  /** What the tasks inherit. Default: the environment of this process. */
  env?: NodeJS.ProcessEnv;
  /** Ask the tasks for coloured output. */
  color?: boolean;
}

/** Tasks that may run at once. */
export function slots(concurrency: Config['concurrency']): number {
  if (concurrency.kind === 'count') return concurrency.count;
  const cores = availableParallelism();
  return concurrency.kind === 'auto' ? cores : Math.max(1, Math.floor((cores * concurrency.percent) / 100));
}

/** What happens, without the time of it. */
export type News = Event extends infer One ? (One extends Event ? Omit<One, 'at'> : never) : never;

/** What the parts of one run share. */
export interface RunContext {
  config: Config;
  folder: RunFolder;
  env: Environment;
  emit(news: News): void;
  stop: AbortSignal;
  kill: AbortSignal;
  graceMs: number;
}

/** Runs a plan of this config. Fails only before anything has run; how the tasks did is in the events. */
export async function runPlan(
  config: Config,
  plan: Plan,
  options: RunOptions = {},
): Promise<Result<RunFolder>> {
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const tasks = plan.tasks.map(({ id }) => byId.get(id) as Task);
  const env = baseEnvironment(config, options.env ?? process.env, options.color ?? false);
  const missing = findMissingPrograms(config, plan, tasks, env);
  if (missing.length > 0) return fail(...missing);

  let folder: RunFolder;
  let journal: Journal;
  try {
    folder = createRunFolder(config.root);
    journal = new Journal(folder.journal);
  } catch (error) {
    const message = `the folder .ptask cannot be written: ${(error as Error).message}`;
    return fail({ message, hint: 'ptask keeps its logs and reports there, beside the config' });
  }

  const begin = performance.now();
  const emit = (news: News): void => {
    const { type, ...rest } = news;
    const event = { type, at: Math.round((performance.now() - begin) * 10) / 10, ...rest } as Event;
    journal.write(event);
    options.onEvent?.(event);
  };
  const abort = new AbortController();
  const stop = options.signal ? AbortSignal.any([abort.signal, options.signal]) : abort.signal;
  const kill = options.kill ?? new AbortController().signal;
  const context: RunContext = { config, folder, env, emit, stop, kill, graceMs: options.graceMs ?? 5_000 };
  const concurrency = slots(options.concurrency ?? config.concurrency);
  const expected = rememberedDurations(config.root);

  emit({
    type: 'run-started',
    schemaVersion: 1,
    id: folder.id,
    startedAt: new Date().toISOString(),
    root: config.root,
    concurrency,
    plan,
    expectedMs: Object.fromEntries(
      tasks.flatMap(({ id }) => (expected.has(id) ? [[id, expected.get(id) as number]] : [])),
    ),
    validation: config.validate.map(({ name }) => name),
  });
  const onInterrupt = (): void =>
    emit({ type: 'run-stopping', reason: 'interrupt', signal: String(options.signal?.reason ?? '') });
  if (options.signal?.aborted) onInterrupt();
  else options.signal?.addEventListener('abort', onInterrupt, { once: true });

  const before = config.validate.map(({ changed }) => footprint(config.root, changed ?? []));
  const durations = await runTasks(context, tasks, plan, {
    concurrency,
    expected,
    abort,
    onFailure: options.onFailure,
  });
  const allPassed = durations.size === tasks.length;
  await runValidation(context, before, allPassed);
  options.signal?.removeEventListener('abort', onInterrupt);
  emit({ type: 'run-finished' });
  journal.close();
  rememberDurations(config.root, durations);
  return ok(folder);
}

interface TaskLoop {
  concurrency: number;
  expected: ReadonlyMap<string, number>;
  abort: AbortController;
  onFailure: FailurePolicy | undefined;
}

/** Resolves with the durations of the tasks that passed. */
function runTasks(
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

  return new Promise((done) => {
    const halt = (): void => {
      const pending = schedule.stop();
      const because = abortedBy === undefined ? {} : { because: abortedBy };
      const reason = abortedBy === undefined ? 'the run was interrupted' : `${abortedBy} failed`;
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
        void execute(context, task, () => abortedBy).then((finished) => finish(id, finished));
      }
    };
    stop.addEventListener('abort', halt, { once: true });
    if (stop.aborted) halt();
    else advance();
  });
}

function neverRan(
  id: string,
  status: 'skipped' | 'cancelled',
  reason: string,
  because: { because?: string },
): News {
  const nothing = { bytes: 0, tail: [] };
  return {
    type: 'task-finished',
    id,
    status,
    reason,
    ...because,
    exitCode: null,
    durationMs: 0,
    attempts: 0,
    filesChanged: [],
    output: nothing,
  };
}

/** One task in the shared tree, with its output file and what it changed. Never rejects. */
async function execute(
  context: RunContext,
  task: Task,
  abortedBy: () => string | undefined,
): Promise<Omit<TaskFinished, 'at'>> {
  const { config, folder, emit, env, stop, kill, graceMs } = context;
  const { id } = task;
  const begin = performance.now();
  const before = footprint(config.root, task.writes);
  const output = new OutputFile(join(folder.path, outputName(id)), (text) =>
    emit({ type: 'task-output', id, text }),
  );
  const outcome = await runTask(task, {
    cwd: resolve(config.root, task.cwd),
    environment: (attempt) =>
      taskEnvironment(env, task, { runId: folder.id, root: config.root, workdir: config.root, attempt }),
    output,
    stop,
    kill,
    graceMs,
    hooks: {
      started: (attempt) => emit({ type: 'task-started', id, attempt }),
      verifying: () => emit({ type: 'task-verifying', id }),
      retrying: (attempt, reason, delayMs) => emit({ type: 'task-retrying', id, attempt, reason, delayMs }),
    },
  });
  output.close();
  const cause = abortedBy();
  const cancelled =
    outcome.status === 'cancelled'
      ? {
          reason: cause ? `stopped since ${cause} failed` : 'the run was interrupted',
          ...(cause ? { because: cause } : {}),
        }
      : {};
  return {
    type: 'task-finished',
    id,
    ...outcome,
    ...cancelled,
    durationMs: Math.round((performance.now() - begin) * 10) / 10,
    filesChanged: compare(before, footprint(config.root, task.writes)),
    output: { bytes: output.bytes, tail: outcome.status === 'failed' ? output.tail() : [] },
  };
}
