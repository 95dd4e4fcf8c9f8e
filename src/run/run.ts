// A run from its plan to its last event: prepares the folder and the journal, lets the tasks run, then validates.

import { availableParallelism } from 'node:os';
import { fail, ok, type Result } from '../base/result.ts';
import type { Config, FailurePolicy, Task } from '../config/config.ts';
import type { Event } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { footprint } from './changes.ts';
import type { RunContext } from './context.ts';
import { baseEnvironment, type Environment } from './environment.ts';
import { EventSink } from './event-sink.ts';
import { Journal } from './journal.ts';
import { runTasks } from './loop.ts';
import { findMissingPrograms } from './preflight.ts';
import {
  bestEffort,
  createRunFolder,
  type RunFolder,
  rememberDurations,
  rememberedDurations,
} from './run-folder.ts';
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
  env?: Environment;
  /** Ask the tasks for coloured output. */
  color?: boolean;
}

/** Tasks that may run at once. */
export function slots(concurrency: Config['concurrency']): number {
  if (concurrency.kind === 'count') return concurrency.count;
  const cores = availableParallelism();
  return concurrency.kind === 'auto' ? cores : Math.max(1, Math.floor((cores * concurrency.percent) / 100));
}

export interface RunOutcome {
  folder: RunFolder;
  /** What went wrong beside the tasks, as sentences: a journal that could not be written, say. */
  warnings: string[];
}

/**
 * Runs a plan of this config. Fails only before anything has run; how the tasks did is in the events. Rejects with what
 * `onEvent` threw, once the tasks have been stopped.
 */
export async function runPlan(
  config: Config,
  plan: Plan,
  options: RunOptions = {},
): Promise<Result<RunOutcome>> {
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

  const abort = new AbortController();
  const sink = new EventSink(journal, options.onEvent, abort);
  const context: RunContext = {
    config,
    folder,
    env,
    emit: (news) => sink.emit(news),
    whyStopped: () => sink.failure ?? 'the run was interrupted',
    stop: options.signal ? AbortSignal.any([abort.signal, options.signal]) : abort.signal,
    kill: options.kill ?? new AbortController().signal,
    graceMs: options.graceMs ?? 5_000,
  };
  const expected = rememberedDurations(config.root);
  const concurrency = slots(options.concurrency ?? config.concurrency);
  announce(context, plan, concurrency, expected);
  const release = tellInterrupt(context, options.signal);

  const before = config.validate.map(({ changed }) => footprint(config.root, changed ?? []));
  const loop = { concurrency, expected, abort, onFailure: options.onFailure };
  const durations = await runTasks(context, tasks, plan, loop);
  await runValidation(context, before, durations.size === tasks.length);
  release();
  context.emit({ type: 'run-finished' });
  journal.close();
  if (sink.thrown !== undefined) throw sink.thrown.error;
  const forgotten = bestEffort('the durations cannot be remembered', () =>
    rememberDurations(config.root, durations),
  );
  return ok({ folder, warnings: [sink.failure, forgotten].filter((warning) => warning !== undefined) });
}

function announce(
  context: RunContext,
  plan: Plan,
  concurrency: number,
  expected: ReadonlyMap<string, number>,
): void {
  const { config, folder, emit } = context;
  emit({
    type: 'run-started',
    schemaVersion: 1,
    id: folder.id,
    startedAt: new Date().toISOString(),
    pid: process.pid,
    root: config.root,
    concurrency,
    plan,
    expectedMs: Object.fromEntries(
      plan.tasks.flatMap(({ id }) => (expected.has(id) ? [[id, expected.get(id) as number]] : [])),
    ),
    validation: config.validate.map(({ name }) => name),
  });
}

/** Says when somebody asks for the end, until the function that comes back is called. */
function tellInterrupt({ emit }: RunContext, signal: AbortSignal | undefined): () => void {
  const tell = (): void =>
    emit({ type: 'run-stopping', reason: 'interrupt', signal: String(signal?.reason ?? '') });
  if (signal?.aborted) tell();
  else signal?.addEventListener('abort', tell, { once: true });
  return () => signal?.removeEventListener('abort', tell);
}
