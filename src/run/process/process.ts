// The one door to processes: a shell command in a group of its own, its output, and how it ended.

import { closeSync, statSync } from 'node:fs';
import { execa } from 'execa';
import { openToRead } from '../../base/own-files.ts';
import { startProcess } from '../../base/start-process.ts';
import { canOpen, limitReached, reasonOf, TOO_MANY_FILES } from '../../base/system-limits.ts';
import { step } from '../../base/trace.ts';
import type { Command, CommandResult, Executor, Running } from './executor.ts';
import { Family, stopperOf } from './family.ts';
import { type Pipe, takePipe } from './pipes.ts';
import { shellCall } from './platform.ts';
import { isGroupAlive, STACK } from './process-table.ts';

/** What is true of all commands of a run. */
export interface ProcessesOptions {
  /** SIGKILL at once. */
  kill: AbortSignal;
  /** Between SIGTERM to a command's group and SIGKILL to what is left of it. */
  graceMs: number;
  /** Hears that there will be a process group; what comes back hears of it, by its leader, as soon as there is. */
  onGroup(): (pid: number) => void;
}

/** Commands as processes of this machine. */
export class Processes implements Executor {
  readonly #options: ProcessesOptions;

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  start(command: Command): Running {
    return { result: runCommand(command, this.#options) };
  }
}

/** How long to go on reading once the command and its group are gone: somebody outside may hold the pipe open. */
const DRAIN_MS = 500;

/** Descriptors that are open while a command is started. Node comes apart where it finds too few. */
const TO_START = 12;

/** Any number; execa's types know of the first few. */
type Descriptor = 3;

const running = new Set<Family>();

export const commandsRunning = (): number => running.size;

/** How many have begun. */
let count = 0;

/** How many may run at a time as far as there are known to be descriptors for them. */
let known = 0;

/** Looked at for several at a time, since it takes as many system calls as there are descriptors to be found. */
function canStart(): boolean {
  if (running.size < known) return true;
  for (const more of [8, 1]) {
    if (!canOpen(TO_START * more)) continue;
    known = running.size + more;
    return true;
  }
  return false;
}

/** Whatever ends this process, its commands do not outlive it. */
const killAll = (): void => {
  for (const family of running) family.kill();
};

/**
 * Runs a command to its end. A task ends with its process group: what it leaves behind in it is stopped as well,
 * or it would go on writing files and hold its output open. A daemon that means to stay makes a session of its own.
 */
async function runCommand(
  { command, shell, cwd, env, input, onOutput, stop }: Command,
  { kill, graceMs, onGroup }: ProcessesOptions,
): Promise<CommandResult> {
  if (!canStart()) return { exitCode: null, error: TOO_MANY_FILES };
  const call = shellCall(command, shell, cwd, env);
  if (call === undefined) return { exitCode: null, error: `the shell ${shell} was not found` };
  const { file, args, detached, verbatim } = call;
  let pipe: Pipe | undefined;
  let stdin: number | undefined;
  try {
    pipe = await takePipe();
    stdin = input === undefined ? undefined : openToRead(input);
    if (input !== undefined && stdin === undefined) throw new Error(`its input ${input} cannot be read`);
  } catch (error) {
    pipe?.read().destroy();
    return { exitCode: null, error: `it could not be started: ${reasonOf(error)}` };
  }
  const output = (pipe?.writer ?? 'pipe') as Descriptor | 'pipe';
  // Every command has one of its own: what a ptask starts in it is told from what one starts in another.
  const stack = env[STACK] && `${env[STACK]}#${++count}`;
  const announce = onGroup();
  const end = step('process', command);
  const started = startProcess(() =>
    execa(file, args, {
      cwd,
      env: (stack ? { ...env, [STACK]: stack } : env) as Record<string, string>,
      extendEnv: false,
      detached,
      stdin: (stdin as Descriptor | undefined) ?? 'ignore',
      // One pipe for both, so that nothing can come out of order.
      stdout: output,
      stderr: output,
      windowsVerbatimArguments: verbatim,
      buffer: false,
      cleanup: false,
      reject: false,
    }),
  );
  if (stdin !== undefined) closeSync(stdin);
  if (!started.ok) {
    end();
    pipe?.read().destroy();
    return { exitCode: null, error: reasonOf(await started.error) };
  }
  const child = started.process;
  const streams = pipe === undefined ? [child.stdout, child.stderr] : [pipe.read()];
  const { pid } = child;
  const isRead = Promise.all(
    streams.map((stream) => {
      stream?.on('data', onOutput);
      return new Promise<void>((done) => (stream === null ? done() : stream.once('close', done)));
    }),
  );
  if (pid === undefined) {
    end();
    await isRead;
    return failedToStart(await child, file, cwd);
  }
  const family = new Family(pid, stack);
  if (running.size === 0) process.on('exit', killAll);
  running.add(family);
  try {
    announce(pid);
  } catch (error) {
    // Nobody would find it if we were killed.
    family.kill();
    await child;
    ended(family);
    end();
    throw error;
  }

  const stopper = stopperOf(family, graceMs);
  const terminate = (): void => stopper.terminate();
  const killNow = (): void => stopper.kill();
  stop.addEventListener('abort', terminate, { once: true });
  kill.addEventListener('abort', killNow, { once: true });
  if (stop.aborted) terminate();
  if (kill.aborted) killNow();

  let drain: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((done) => {
    child.once('exit', (code, signal) => {
      // What the command left behind in its group goes as well, and what a ptask that was killed in it has left. After
      // that the group's number may become somebody else's, so nothing is signalled any more.
      if (isGroupAlive(pid) || ((signal !== null || Number(code) > 128) && family.isAlive()))
        stopper.terminate();
      void stopper.done().then(() => {
        stop.removeEventListener('abort', terminate);
        kill.removeEventListener('abort', killNow);
        ended(family);
        // A timer that is late comes before what there is to read, an immediate after it.
        const close = (): void => {
          for (const stream of streams) stream?.destroy();
        };
        drain = setTimeout(() => setImmediate(close), DRAIN_MS);
        done();
      });
    });
  });
  const result = await child;
  await gone;
  await isRead;
  clearTimeout(drain);
  end({ pid, exitCode: result.exitCode });
  return { exitCode: result.exitCode ?? null, ...(result.signal ? { signal: result.signal } : {}) };
}

function ended(family: Family): void {
  running.delete(family);
  if (running.size === 0) process.off('exit', killAll);
}

function failedToStart(
  result: { code?: string | undefined; originalMessage?: string | undefined },
  file: string,
  cwd: string,
): CommandResult {
  const { code, originalMessage = 'unknown error' } = result;
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const error = limitReached(result) ?? (isMissing ? whatIsMissing(file, cwd) : undefined);
  return { exitCode: null, error: error ?? `it could not be started: ${originalMessage}` };
}

/** Why neither the command nor its shell can be found: the system says the same of both. */
function whatIsMissing(file: string, cwd: string): string {
  const stats = statSync(cwd, { throwIfNoEntry: false });
  if (stats === undefined) return `its folder ${cwd} does not exist`;
  if (!stats.isDirectory()) return `its folder ${cwd} is a file`;
  return `the shell ${file} was not found`;
}
