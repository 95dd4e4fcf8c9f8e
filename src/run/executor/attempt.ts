// One task from its first attempt to its result: commands, verify, timeout, retries. Unaware of other tasks.

import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../../base/duration.ts';
import { elapsed } from '../../base/elapsed.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { Shell, Task } from '../../config/config.ts';
import { findingsOf, Hearing, type Verdict, verdictOf } from '../agents/verdict.ts';
import type { Environment } from '../process/environment.ts';
import type { Command, CommandResult, Executor } from '../process/executor.ts';
import type { RunContext } from '../records/context.ts';
import type { LentTerminal } from '../records/options.ts';
import type { OutputFile } from '../records/output.ts';
import type { Elsewhere, RanElsewhere } from './elsewhere.ts';

/** What is run in one attempt. */
export interface Work extends Pick<Task, 'run' | 'verify' | 'shell' | 'timeoutMs' | 'raw'> {
  /** Before the first attempt alone, and in another folder. */
  setup?: { commands: readonly string[]; shell: Shell; cwd: string; done(): Promise<void> };
}

/** What an acceptance check says of an attempt. */
export interface Reviewed {
  attempt: number;
  result: Verdict;
  durationMs: number;
  findings: string[];
}

/** An agent that reviews, whose words count and not its exit code alone. */
export interface Reviewer {
  name: string;
  env: Environment;
  input: string | undefined;
}

export interface AttemptHooks {
  started(attempt: number): void;
  /** A command is over, and something that it has started may go on. */
  outlived?(): void;
  verifying(): void;
  /** The acceptance check has ended. @param how a clause: `exit code 1` */
  reviewed?(review: Reviewed, how: string): void;
  /** @param isReview whether it was the acceptance check that failed */
  retrying(attempt: number, reason: string, delayMs: number, isReview: boolean): void;
}

export interface AttemptContext {
  cwd: string;
  /** By the attempt's number, once for each. */
  environment(attempt: number): Environment;
  /** The file that the commands read on their standard input; asked after `environment`. */
  input?(): string | undefined;
  /** Where it is an agent that verifies; asked before each time. */
  reviewer?(attempt: number): Reviewer | undefined;
  /** For the commands of a raw task. */
  lendTerminal?(): Promise<LentTerminal>;
  output: OutputFile;
  /** Nothing new begins and what runs is stopped. */
  stop: AbortSignal;
  /** Why it has failed with that; undefined where it is cancelled. */
  whyFailed?: RunContext['whyFailed'];
  executor: Executor;
  /** Where it does not run here. */
  elsewhere?: Elsewhere;
  hooks: AttemptHooks;
}

export interface Outcome {
  status: 'passed' | 'failed' | 'cancelled';
  reason?: string;
  exitCode: number | null;
  signal?: string;
  verify?: 'passed' | 'failed';
  attempts: number;
  /** It was to run elsewhere, and nobody knows what would have come of it. */
  isTrouble?: boolean;
}

const MAX_DELAY_MS = 30_000;

/** How a command ended, as a sentence; undefined when it ended well. */
export function failureOf({ exitCode, signal, error }: CommandResult): string | undefined {
  if (error !== undefined) return error;
  if (signal !== undefined) return `killed by ${signal}`;
  if (exitCode === 0) return undefined;
  if (exitCode === 127) return 'command not found (exit code 127)';
  if (exitCode === 126) return 'command cannot be executed (exit code 126)';
  const caught = signalOf(exitCode ?? 0);
  return `exit code ${exitCode}${caught === undefined ? '' : ` (128 + ${caught})`}`;
}

/** What a shell says of a program that a signal has ended, as nobody knows by heart: 137 is often a lack of memory. */
const signalOf = (exitCode: number): string | undefined =>
  Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];

/** What commands are given. */
interface Supply {
  shell: Shell;
  env: Environment;
  input?: string | undefined;
  stop: AbortSignal;
  hearing?: Hearing;
  stdout?: Command['stdout'];
}

/** Runs commands one after the other until one fails. */
async function runAll(
  commands: readonly string[],
  { cwd, output, executor, hooks }: AttemptContext,
  { shell, env, input, stop, hearing, stdout }: Supply,
): Promise<CommandResult> {
  let result: CommandResult = { exitCode: 0 };
  for (const command of commands) {
    if (stop.aborted) break;
    const onOutput = (chunk: Buffer): void => {
      hearing?.hear(chunk);
      output.write(chunk);
    };
    result = await executor.start({ command, shell, cwd, env, input, stop, onOutput, stdout }).result;
    if (!result.isAllOver) hooks.outlived?.();
    if (failureOf(result) !== undefined) break;
  }
  return result;
}

/** A program that heeds Ctrl-C ends of it, or as shells say that it has. */
const isInterrupted = ({ exitCode, signal }: CommandResult): boolean =>
  signal === 'SIGINT' || exitCode === 128 + constants.signals.SIGINT;

/** The terminal is the task's until the last of its commands is over. */
async function runRaw(task: Work, context: AttemptContext, supply: Supply): Promise<CommandResult> {
  const { stdout, giveBack } = (await context.lendTerminal?.()) ?? OURS;
  let result: CommandResult = { exitCode: null };
  try {
    result = await runAll(task.run, context, { ...supply, stdout });
    return result;
  } finally {
    giveBack(isInterrupted(result));
  }
}

const OURS: LentTerminal = { stdout: 1, giveBack() {} };

async function runOnce(task: Work, attempt: number, context: AttemptContext): Promise<Outcome> {
  const { stop, output } = context;
  const { shell } = task;
  const timeout = task.timeoutMs > 0 ? new AbortController() : undefined;
  let timer: NodeJS.Timeout | undefined;
  const startTimer = (): void => {
    if (timeout !== undefined) timer ??= setTimeout(() => timeout.abort(), task.timeoutMs);
  };
  const stopTimer = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const either = timeout === undefined ? stop : AbortSignal.any([stop, timeout.signal]);
  const judge: Judge = (result) => {
    const { exitCode, signal } = result;
    const how = { exitCode, ...(signal === undefined ? {} : { signal }), attempts: attempt };
    if (stop.aborted) {
      const stopped = whenStopped(context);
      return stopped.status === 'failed' ? { ...stopped, attempts: attempt } : { ...how, ...stopped };
    }
    const reason = timeout?.signal.aborted
      ? `timed out after ${formatDuration(task.timeoutMs)}`
      : failureOf(result);
    return reason === undefined ? undefined : { status: 'failed', reason, ...how };
  };
  try {
    const env = context.environment(attempt);
    if (context.elsewhere !== undefined) {
      const errand = { env, output, stop: either, onBegun: startTimer, onEnded: stopTimer };
      return judgeElsewhere(task, await context.elsewhere.run(errand), { attempt, context, judge });
    }
    startTimer();
    if (task.setup && attempt === 1) {
      const { commands, shell, cwd } = task.setup;
      const supply = { shell, env, stop: either };
      const failed = judge(await runAll(commands, { ...context, cwd }, supply));
      if (failed?.status === 'failed') return { ...failed, reason: `setup failed: ${failed.reason}` };
      if (failed) return failed;
      await task.setup.done();
    }
    const supply: Supply = { shell, env, input: context.input?.(), stop: either };
    const ran = await (task.raw ? runRaw(task, context, supply) : runAll(task.run, context, supply));
    const failed = judge(ran);
    if (failed) return failed;
    const passed: Outcome = { status: 'passed', exitCode: ran.exitCode, attempts: attempt };
    return task.verify.length === 0
      ? passed
      : await verify(context, passed, judge, (more) =>
          runAll(task.verify, context, { shell, env, stop: either, ...more }),
        );
  } catch (error) {
    // What cannot be started at all, or an output that cannot be written: the task's failure, not the run's.
    const reason = reasonOf(error);
    output.note(`ptask: ${reason}`);
    return { status: 'failed', reason, exitCode: null, attempts: attempt };
  } finally {
    clearTimeout(timer);
  }
}

type Judge = (result: CommandResult) => Outcome | undefined;

/** What an attempt comes to that has run elsewhere. */
async function judgeElsewhere(
  task: Work,
  ran: RanElsewhere,
  { attempt, context, judge }: { attempt: number; context: AttemptContext; judge: Judge },
): Promise<Outcome> {
  if (ran.kind === 'trouble')
    return (
      judge({ exitCode: 0 }) ?? {
        ...{ status: 'failed', reason: ran.reason, exitCode: null, attempts: attempt - 1, isTrouble: true },
      }
    );
  const { part, result } = ran;
  const failed = judge(part === 'verify' && !context.stop.aborted ? { exitCode: 0 } : result);
  if (failed?.status === 'failed' && part === 'setup')
    return { ...failed, reason: `setup failed: ${failed.reason}` };
  if (failed) return failed;
  const passed: Outcome = { status: 'passed', exitCode: 0, attempts: attempt };
  return task.verify.length === 0 ? passed : verify(context, passed, judge, async () => result);
}

/** What an attempt comes to that was stopped. */
function whenStopped({
  whyFailed,
}: AttemptContext): Omit<Outcome, 'attempts' | 'signal'> | { status: 'cancelled' } {
  const failed = whyFailed?.();
  if (failed === undefined) return { status: 'cancelled' };
  // What has ended it is the reason, and not the signal that it was sent.
  return { status: 'failed', reason: failed.reason, exitCode: null };
}

/** The acceptance check of what the commands have done. */
async function verify(
  context: AttemptContext,
  passed: Outcome,
  judge: Judge,
  check: (more: Partial<Reviewer> & Pick<Supply, 'hearing'>) => Promise<CommandResult>,
): Promise<Outcome> {
  const { hooks } = context;
  const { attempts: attempt } = passed;
  const reviewer = context.reviewer?.(attempt);
  hooks.verifying();
  const begin = elapsed();
  const hearing = new Hearing();
  const checked = await check({ ...reviewer, hearing });
  const stopped = judge(checked);
  if (stopped !== undefined && context.stop.aborted) return stopped;
  const lines = hearing.lines();
  const asksForFixes = reviewer !== undefined && verdictOf(lines) === 'needs-fixes';
  const reason = stopped?.reason ?? (asksForFixes ? `${reviewer.name} asks for fixes` : undefined);
  hooks.reviewed?.(
    {
      attempt,
      result: reason === undefined ? 'approved' : 'needs-fixes',
      durationMs: Math.round((elapsed() - begin) * 10) / 10,
      findings: findingsOf(lines),
    },
    reason ?? 'it ended well',
  );
  const { exitCode } = checked;
  if (reason === undefined) return { ...passed, exitCode, verify: 'passed' };
  return {
    ...(stopped ?? { ...passed, exitCode }),
    status: 'failed',
    reason: `verify failed: ${reason}`,
    verify: 'failed',
  };
}

/** Never rejects. */
export async function runTask(task: Work & Pick<Task, 'retry'>, context: AttemptContext): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    context.hooks.started(attempt);
    const outcome = await runOnce(task, attempt, context);
    const { final } = context.executor;
    const isLast = attempt > task.retry.times || final?.aborted === true;
    if (outcome.status !== 'failed' || outcome.isTrouble || isLast || context.stop.aborted) return outcome;
    const delayMs = Math.min(MAX_DELAY_MS, task.retry.delayMs * 2 ** (attempt - 1));
    const isReview = outcome.verify === 'failed';
    context.hooks.retrying(attempt, outcome.reason ?? 'failed', delayMs, isReview);
    context.output.note(
      `ptask: attempt ${attempt} failed (${outcome.reason}), again in ${formatDuration(delayMs)}`,
    );
    const signal = final === undefined ? context.stop : AbortSignal.any([context.stop, final]);
    await sleep(delayMs, undefined, { signal }).catch(() => {});
    if (context.stop.aborted) return { ...outcome, ...whenStopped(context) };
    if (final?.aborted) return outcome;
  }
}
