// The one door to processes: a shell command in a group of its own, its output, and how it ended.

import { closeSync } from 'node:fs';
import { openToRead } from '../../base/own-files.ts';
import { canOpen, reasonOf, TOO_MANY_FILES } from '../../base/system-limits.ts';
import { step } from '../../base/trace.ts';
import type { Command, CommandResult, Executor, Running } from './executor.ts';
import { failedToStart } from './failed-start.ts';
import { Family } from './family.ts';
import { type OpenPipe, takePipe } from './pipes.ts';
import { shellCall } from './platform.ts';
import { isGroupAlive, STACK } from './process-table.ts';
import { startExeca } from './start-execa.ts';
import { commandsRunning, ownStack, type ProcessesOptions, readToEnd, supervise } from './supervision.ts';
import { WorkerCommands } from './worker-commands.ts';

/** Commands as processes of this machine. */
export class Processes implements Executor {
  readonly #options: ProcessesOptions;
  readonly #workers: WorkerCommands;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    this.#workers = new WorkerCommands(options);
  }

  start(command: Command): Running {
    return { result: this.#run(command) };
  }

  async #run(command: Command): Promise<CommandResult> {
    if (!canStart()) return { exitCode: null, error: TOO_MANY_FILES };
    if (command.stdout !== undefined) {
      const { runRaw } = await import('./raw-command.ts');
      return runRaw(command, command.stdout, this.#options);
    }
    return (await this.#workers.run(command)) ?? runCommand(command, this.#options);
  }

  /** Nothing is to be started any more. */
  close(): void {
    this.#workers.close();
  }
}

/** Descriptors that are open while a command is started. Node comes apart where it finds too few. */
const TO_START = 12;

/** Any number; execa's types know of the first few. */
type Descriptor = 3;

/** How many may run at a time as far as there are known to be descriptors for them. */
let known = 0;

/** Looked at for several at a time, since it takes as many system calls as there are descriptors to be found. */
function canStart(): boolean {
  if (commandsRunning() < known) return true;
  for (const more of [8, 1]) {
    if (!canOpen(TO_START * more)) continue;
    known = commandsRunning() + more;
    return true;
  }
  return false;
}

/**
 * Runs a command to its end. A task ends with its process group: what it leaves behind in it is stopped as well,
 * or it would go on writing files and hold its output open. A daemon that means to stay makes a session of its own.
 */
export async function runCommand(
  { command, shell, cwd, env, input, through, onOutput, stop }: Command,
  { kill, graceMs, onGroup }: ProcessesOptions,
): Promise<CommandResult> {
  const call = shellCall(command, shell, cwd, env);
  if (call === undefined) return { exitCode: null, error: `the shell ${shell} was not found` };
  const { detached, verbatim } = call;
  const { file, args } = through
    ? { file: through.file, args: [...through.args, call.file, ...call.args] }
    : call;
  let pipe: OpenPipe | undefined;
  let stdin: number | undefined;
  try {
    pipe = await openPipe();
    stdin = input === undefined ? undefined : openToRead(input);
    if (input !== undefined && stdin === undefined) throw new Error(`its input ${input} cannot be read`);
  } catch (error) {
    pipe?.drop();
    return { exitCode: null, error: `it could not be started: ${reasonOf(error)}` };
  }
  const output = (pipe?.writer ?? 'pipe') as Descriptor | 'pipe';
  const stack = ownStack(env);
  // Most commands go by way of a shell that stays.
  const { execa } = await import('execa');
  const announce = onGroup();
  const end = step('process', command);
  const started = startExeca(() =>
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
    pipe?.drop();
    return { exitCode: null, error: reasonOf(await started.error) };
  }
  const child = started.process;
  const streams = pipe === undefined ? [child.stdout, child.stderr] : [pipe.read()];
  pipe?.letGo();
  const { pid } = child;
  for (const stream of streams) stream?.on('data', onOutput);
  if (pid === undefined) {
    end();
    await Promise.all(streams.map((stream) => stream && readToEnd(stream)));
    return failedToStart(await child, file, cwd);
  }
  const supervised = supervise(new Family(pid, stack), { stop, kill, graceMs });
  try {
    announce(pid);
  } catch (error) {
    // Nobody would find it if we were killed.
    supervised.kill();
    await child;
    await supervised.over();
    end();
    throw error;
  }

  const gone = new Promise<void>((done) => {
    child.once('exit', (code, signal) => {
      // What the command left behind in its group goes as well, and what a ptask that was killed in it has left. After
      // that the group's number may become somebody else's, so nothing is signalled any more.
      if (isGroupAlive(pid) || ((signal !== null || Number(code) > 128) && supervised.isAlive()))
        supervised.terminate();
      void supervised
        .over()
        .then(() => Promise.all(streams.map((stream) => stream && readToEnd(stream))))
        .then(() => done());
    });
  });
  const result = await child;
  await gone;
  end({ pid, exitCode: result.exitCode });
  return { exitCode: result.exitCode ?? null, ...(result.signal ? { signal: result.signal } : {}) };
}

async function openPipe(): Promise<OpenPipe | undefined> {
  const pipe = await takePipe();
  try {
    return pipe?.open();
  } catch (error) {
    pipe?.giveBack();
    throw error;
  }
}
