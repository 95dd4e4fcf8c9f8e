// One task at one place, the shared tree or a worktree: its output file and its attempts. Unaware of other tasks and of
// what becomes of its changes.

import { join, resolve } from 'node:path';
import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import { type Outcome, runTask } from './attempt.ts';
import type { RunContext } from './context.ts';
import { taskEnvironment } from './environment.ts';
import { OutputFile } from './output.ts';
import { outputName } from './run-folder.ts';

export interface Place {
  /** The folder that takes the place of the config's. */
  workdir: string;
  branch?: string;
  /** Commands that run before the task's own, once. */
  setup: readonly string[];
  /** Once they have ended well. */
  onSetUp?(): Promise<void>;
}

export interface Executed extends Outcome {
  output: TaskFinished['output'];
}

/** What the task has done before in this run, and was dropped. */
export interface Earlier {
  attempts: number;
  /** What to say in its output about why it runs again. */
  note: string;
}

/** Never rejects. */
export async function execute(
  context: RunContext,
  task: Task,
  place: Place,
  earlier?: Earlier,
): Promise<Executed> {
  const { config, folder, emit, env, stop, kill, graceMs, onGroup } = context;
  const { id } = task;
  let output: OutputFile;
  try {
    const onText = (text: string): void => emit({ type: 'task-output', id, text });
    output = new OutputFile(join(folder.path, outputName(id)), onText, earlier !== undefined);
  } catch (error) {
    const reason = `it could not be prepared: ${(error as Error).message}`;
    const nothing = { exitCode: null, attempts: 0, output: { bytes: 0, tail: [] } };
    return { status: 'failed', reason, ...nothing };
  }
  if (earlier) output.note(`ptask: ${earlier.note}`);
  const before = earlier?.attempts ?? 0;
  const setup = { commands: place.setup, cwd: place.workdir, done: async () => place.onSetUp?.() };
  const ended = await runTask(
    { ...task, setup },
    {
      cwd: resolve(place.workdir, task.cwd),
      environment: (attempt) =>
        taskEnvironment(env, task, {
          runId: folder.id,
          root: config.root,
          workdir: place.workdir,
          attempt: before + attempt,
          ...(place.branch === undefined ? {} : { branch: place.branch }),
        }),
      output,
      stop,
      kill,
      graceMs,
      onGroup,
      hooks: {
        started: (attempt) => emit({ type: 'task-started', id, attempt: before + attempt }),
        verifying: () => emit({ type: 'task-verifying', id }),
        retrying: (attempt, reason, delayMs) =>
          emit({ type: 'task-retrying', id, attempt: before + attempt, reason, delayMs }),
      },
    },
  );
  output.close();
  const lost = ended.status === 'passed' && output.failure !== undefined;
  const outcome: Outcome = lost ? { ...ended, status: 'failed', reason: output.failure as string } : ended;
  return {
    ...outcome,
    attempts: before + outcome.attempts,
    output: { bytes: output.bytes, tail: outcome.status === 'failed' ? output.tail() : [] },
  };
}
