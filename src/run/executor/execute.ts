// One task at one place, the shared tree or a worktree: its output file, what it is given and its attempts. Unaware of other tasks and of
// what becomes of its changes.

import { join, resolve } from 'node:path';
import { reasonOf, TOO_MANY_FILES } from '../../base/system-limits.ts';
import type { Task } from '../../config/config.ts';
import type { TaskFinished } from '../../model/event.ts';
import type { Review } from '../../model/report.ts';
import { promptName } from '../agents/files.ts';
import type { Briefings, Given } from '../agents/prompt-context.ts';
import { type Environment, taskEnvironment } from '../process/environment.ts';
import { takeRoom } from '../process/room.ts';
import { strictEnvironment } from '../process/strict-environment.ts';
import type { RunContext } from '../records/context.ts';
import { NoteReader } from '../records/note-reader.ts';
import { leftOut, type OutputFile } from '../records/output.ts';
import { notesName, outputName } from '../records/run-folder.ts';
import { closeLog, openLog } from '../records/swept-logs.ts';
import type { Place } from '../workspace/workspace.ts';
import { type Outcome, runTask } from './attempt.ts';
import type { Elsewhere } from './elsewhere.ts';

export interface Executed extends Outcome {
  output: TaskFinished['output'];
}

/** What the task has done before in this run, and was dropped. */
export interface Earlier {
  executed: Executed;
  /** What to say in its output about why it runs again. */
  note: string;
}

/** Of a task that has come to no attempt, or to no further one. */
export function neverBegan(reason: string, earlier: Earlier | undefined): Executed {
  const { attempts, output } = earlier?.executed ?? { attempts: 0, output: { bytes: 0, tail: [] } };
  return { status: 'failed', reason, exitCode: null, attempts, output };
}

export const failedFor = (executed: Executed, reason: string): Executed => ({
  ...executed,
  status: 'failed',
  reason,
});

/** What the start of a task says of its agent. */
const assigned = ({ id, assignment }: Task): { agent?: string; prompt?: string } =>
  assignment === undefined ? {} : { agent: assignment.agent.name, prompt: promptName(id) };

export interface ExecuteOptions {
  earlier?: Earlier | undefined;
  elsewhere?: Elsewhere | undefined;
}

/** Never rejects. */
export async function execute(
  context: RunContext,
  briefings: Briefings,
  task: Task,
  place: Place,
  { earlier, elsewhere }: ExecuteOptions = {},
): Promise<Executed> {
  const { config, folder, emit, env, sharedEnv, masker, stop, whyFailed, tracer, lendTerminal } = context;
  const { id } = task;
  const leave = takeRoom();
  if (leave === undefined) return neverBegan(TOO_MANY_FILES, earlier);
  let output: OutputFile;
  try {
    const onText = (text: string): void => emit({ type: 'task-output', id, text });
    const goesOn = earlier !== undefined;
    output = openLog(folder, outputName(id), onText, { goesOn, masker, limit: task.outputLimit });
  } catch (error) {
    leave();
    return neverBegan(`it could not be prepared: ${reasonOf(error)}`, earlier);
  }
  if (earlier) output.note(`ptask: ${earlier.note}`);
  const notesFile = join(folder.path, notesName(id));
  const noteReader = new NoteReader(notesFile, (notes) => emit({ type: 'task-noted', id, notes }), masker);
  const before = earlier?.executed.attempts ?? 0;
  const { assignment, review: reviewing } = task;
  const dropped = before > 0 ? `Attempt ${before} was not taken: ${earlier?.note}` : undefined;
  const briefing = briefings.begin(task, place, dropped);
  let given: Given = { variables: {} };
  const all = place.branch === undefined ? sharedEnv : env;
  const isStrict = task.cache.isOn || elsewhere !== undefined;
  const inherited = isStrict ? strictEnvironment(all, config, task, context.settings).env : all;
  // How wide a screen is must not come to be in a result that is kept; and who has the terminal can ask it.
  const isTold = !isStrict && !task.raw && inherited.COLUMNS === undefined;
  const screen = (): Environment => {
    const columns = isTold ? context.columns?.() : undefined;
    return columns === undefined ? {} : { COLUMNS: String(columns) };
  };
  const environment = (attempt: number, agentsOwn: Environment = {}): Environment =>
    taskEnvironment(
      { ...inherited, ...screen() },
      { id, cwd: task.cwd, env: { ...agentsOwn, ...task.env } },
      {
        runId: folder.id,
        config,
        known: all,
        workdir: place.workdir,
        isApart: place.isApart ?? false,
        attempt: before + attempt,
        log: notesFile,
        ...(place.branch === undefined ? {} : { branch: place.branch }),
      },
    );
  const setup = {
    ...{ commands: place.setup, shell: config.shell, cwd: place.workdir },
    done: async () => place.onSetUp?.(),
  };
  const ended = await runTask(
    { ...task, setup },
    {
      cwd: resolve(place.workdir, task.cwd),
      environment(attempt) {
        given = briefing.prepare();
        return Object.assign(environment(attempt, assignment?.agent.env), given.variables);
      },
      input: () => given.input,
      reviewer(attempt) {
        if (reviewing === undefined) return undefined;
        const { variables, input } = briefing.prepareReview();
        const own = environment(attempt, reviewing.agent.env);
        return { name: reviewing.agent.name, env: { ...own, ...given.variables, ...variables }, input };
      },
      ...(lendTerminal && { lendTerminal: () => lendTerminal(id) }),
      output,
      stop,
      ...(whyFailed && { whyFailed }),
      ...(elsewhere && { elsewhere }),
      executor: tracer?.around(id, context.executor, folder.state) ?? context.executor,
      hooks: {
        started: (attempt) =>
          emit({ type: 'task-started', id, attempt: before + attempt, ...assigned(task) }),
        outlived() {
          briefing.outlived();
          place.onOutlived?.();
        },
        verifying: () =>
          emit({ type: 'task-verifying', id, ...(reviewing && { agent: reviewing.agent.name }) }),
        reviewed(reviewed, how) {
          const agent = reviewing && { agent: reviewing.agent.name };
          const review: Review = { ...reviewed, attempt: before + reviewed.attempt, ...agent };
          briefing.reviewed(review, how);
          emit({ type: 'task-reviewed', id, review });
        },
        retrying(attempt, reason, delayMs, isReview) {
          briefing.failed(before + attempt, reason, isReview, output.tail());
          const filesChanged = place.changed();
          emit({ type: 'task-retrying', id, attempt: before + attempt, reason, delayMs, filesChanged });
        },
      },
    },
  );
  noteReader.close();
  const failed = ended.status === 'failed' ? whyFailed?.() : undefined;
  if (failed) output.note([`ptask: ${failed.reason}`, ...failed.lines.map((line) => `  ${line}`)].join('\n'));
  closeLog(folder, outputName(id), output);
  leave();
  const lost = ended.status === 'passed' && output.failure !== undefined;
  const outcome: Outcome = lost ? { ...ended, status: 'failed', reason: output.failure as string } : ended;
  return {
    ...outcome,
    attempts: before + outcome.attempts,
    output: {
      bytes: output.bytes,
      tail: outcome.status === 'failed' ? output.tail() : [],
      ...leftOut((earlier?.executed.output.leftOut ?? 0) + output.leftOut),
    },
  };
}
