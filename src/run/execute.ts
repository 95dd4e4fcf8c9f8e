// One task in the shared tree: its output file, its attempts, and what it changed. Unaware of other tasks.

import { join, resolve } from 'node:path';
import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import { type Outcome, runTask } from './attempt.ts';
import { compare, type Footprint, footprint } from './changes.ts';
import type { RunContext } from './context.ts';
import { taskEnvironment } from './environment.ts';
import { OutputFile } from './output.ts';
import { outputName } from './run-folder.ts';

/** Never rejects. */
export async function execute(
  context: RunContext,
  task: Task,
  abortedBy: () => string | undefined,
): Promise<Omit<TaskFinished, 'at'>> {
  const { config, folder, emit, env, stop, kill, graceMs } = context;
  const { id } = task;
  let before: Footprint;
  let output: OutputFile;
  try {
    before = footprint(config.root, task.writes);
    output = new OutputFile(join(folder.path, outputName(id)), (text) =>
      emit({ type: 'task-output', id, text }),
    );
  } catch (error) {
    return neverRan(id, 'failed', `it could not be prepared: ${(error as Error).message}`, {});
  }
  const begin = performance.now();
  const ended = await runTask(task, {
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
  const lost = ended.status === 'passed' && output.failure !== undefined;
  const outcome: Outcome = lost ? { ...ended, status: 'failed', reason: output.failure as string } : ended;
  const cause = abortedBy();
  const cancelled =
    outcome.status === 'cancelled'
      ? {
          reason: cause ? `stopped since ${cause} failed` : context.whyStopped(),
          ...(cause ? { because: cause } : {}),
        }
      : {};
  const durationMs = Math.round((performance.now() - begin) * 10) / 10;
  return {
    type: 'task-finished',
    id,
    ...outcome,
    ...cancelled,
    durationMs,
    filesChanged: compare(before, footprint(config.root, task.writes)),
    output: { bytes: output.bytes, tail: outcome.status === 'failed' ? output.tail() : [] },
  };
}

/** The result of a task that had no attempt. */
export function neverRan(
  id: string,
  status: 'failed' | 'skipped' | 'cancelled',
  reason: string,
  because: { because?: string },
): Omit<TaskFinished, 'at'> {
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
