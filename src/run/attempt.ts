// One task from its first attempt to its result: commands, verify, timeout, retries. Unaware of other tasks.

import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../base/duration.ts';
import type { Task } from '../config/config.ts';
import type { Environment } from './environment.ts';
import type { OutputFile } from './output.ts';
import { type CommandResult, runCommand } from './process.ts';

/** What is run in one attempt. */
export interface Work extends Pick<Task, 'run' | 'verify' | 'timeoutMs'> {
  /** Before the first attempt alone, and in another folder. */
  setup?: { commands: readonly string[]; cwd: string; done(): Promise<void> };
}

export interface AttemptHooks {
  started(attempt: number): void;
  verifying(): void;
  retrying(attempt: number, reason: string, delayMs: number): void;
}

export interface AttemptContext {
  cwd: string;
  /** By the attempt's number. */
  environment(attempt: number): Environment;
  output: OutputFile;
  /** Nothing new begins and what runs is stopped. */
  stop: AbortSignal;
  kill: AbortSignal;
  graceMs: number;
  onGroup(): (pid: number) => void;
  hooks: AttemptHooks;
}

export interface Outcome {
  status: 'passed' | 'failed' | 'cancelled';
  reason?: string;
  exitCode: number | null;
  signal?: string;
  verify?: 'passed' | 'failed';
  attempts: number;
}

const MAX_DELAY_MS = 30_000;

/** How a command ended, as a sentence; undefined when it ended well. */
export function failureOf({ exitCode, signal, error }: CommandResult): string | undefined {
  if (error !== undefined) return error;
  if (signal !== undefined) return `killed by ${signal}`;
  if (exitCode === 0) return undefined;
  if (exitCode === 127) return 'command not found (exit code 127)';
  if (exitCode === 126) return 'command cannot be executed (exit code 126)';
  return `exit code ${exitCode}`;
}

/** Runs commands one after the other until one fails. */
async function runAll(
  commands: readonly string[],
  env: Environment,
  context: AttemptContext,
  stop: AbortSignal,
): Promise<CommandResult> {
  let result: CommandResult = { exitCode: 0 };
  for (const command of commands) {
    if (stop.aborted) break;
    const { cwd, output, kill, graceMs, onGroup } = context;
    result = await runCommand({
      command,
      cwd,
      env,
      stop,
      kill,
      graceMs,
      onGroup,
      onOutput: (chunk) => output.write(chunk),
    });
    if (failureOf(result) !== undefined) break;
  }
  return result;
}

async function runOnce(task: Work, attempt: number, context: AttemptContext): Promise<Outcome> {
  const { stop, hooks, output } = context;
  const timeout = new AbortController();
  const timer = task.timeoutMs > 0 ? setTimeout(() => timeout.abort(), task.timeoutMs) : undefined;
  const either = AbortSignal.any([stop, timeout.signal]);
  const env = context.environment(attempt);
  const judge = (result: CommandResult): Outcome | undefined => {
    const { exitCode, signal } = result;
    const how = { exitCode, ...(signal === undefined ? {} : { signal }), attempts: attempt };
    if (stop.aborted) return { status: 'cancelled', ...how };
    const reason = timeout.signal.aborted
      ? `timed out after ${formatDuration(task.timeoutMs)}`
      : failureOf(result);
    return reason === undefined ? undefined : { status: 'failed', reason, ...how };
  };
  try {
    if (task.setup && attempt === 1) {
      const { commands, cwd } = task.setup;
      const failed = judge(await runAll(commands, env, { ...context, cwd }, either));
      if (failed?.status === 'failed') return { ...failed, reason: `setup failed: ${failed.reason}` };
      if (failed) return failed;
      await task.setup.done();
    }
    const ran = await runAll(task.run, env, context, either);
    const failed = judge(ran);
    if (failed) return failed;
    if (task.verify.length === 0) return { status: 'passed', exitCode: ran.exitCode, attempts: attempt };
    hooks.verifying();
    const checked = await runAll(task.verify, env, context, either);
    const rejected = judge(checked);
    if (rejected?.status === 'failed')
      return { ...rejected, reason: `verify failed: ${rejected.reason}`, verify: 'failed' };
    return rejected ?? { status: 'passed', exitCode: checked.exitCode, attempts: attempt, verify: 'passed' };
  } catch (error) {
    // What cannot be started at all, or an output that cannot be written: the task's failure, not the run's.
    const reason = error instanceof Error ? error.message : String(error);
    output.note(`ptask: ${reason}`);
    return { status: 'failed', reason, exitCode: null, attempts: attempt };
  } finally {
    clearTimeout(timer);
  }
}

/** Never rejects. */
export async function runTask(task: Work & Pick<Task, 'retry'>, context: AttemptContext): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    context.hooks.started(attempt);
    const outcome = await runOnce(task, attempt, context);
    if (outcome.status !== 'failed' || attempt > task.retry.times || context.stop.aborted) return outcome;
    const delayMs = Math.min(MAX_DELAY_MS, task.retry.delayMs * 2 ** (attempt - 1));
    context.hooks.retrying(attempt, outcome.reason ?? 'failed', delayMs);
    context.output.note(
      `ptask: attempt ${attempt} failed (${outcome.reason}), again in ${formatDuration(delayMs)}`,
    );
    await sleep(delayMs, undefined, { signal: context.stop }).catch(() => {});
    if (context.stop.aborted) return { ...outcome, status: 'cancelled' };
  }
}
