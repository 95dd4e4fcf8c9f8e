// A run from its plan to its last event: prepares the folder and the journal, lets the tasks run, then validates.

import { availableParallelism } from 'node:os';
import { fail, ok, type Result } from '../base/result.ts';
import type { Config, FailurePolicy, Task } from '../config/config.ts';
import type { Event } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { footprint } from './changes.ts';
import type { News, RunContext } from './context.ts';
import { baseEnvironment } from './environment.ts';
import { Journal } from './journal.ts';
import { runTasks } from './loop.ts';
import { findMissingPrograms } from './preflight.ts';
import { createRunFolder, type RunFolder, rememberDurations, rememberedDurations } from './run-folder.ts';
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
