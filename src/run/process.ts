// The one door to processes: a shell command in a group of its own, its output, and how it ended.

import { execa } from 'execa';
import { isGroupAlive, isSessionAlive, shellCall, signalSession } from './platform.ts';

export interface CommandOptions {
  command: string;
  cwd: string;
  env: Record<string, string | undefined>;
  /** The file that it reads on its standard input; without it there is nothing to read. */
  input?: string | undefined;
  onOutput(chunk: Buffer): void;
  /** Stops the command: SIGTERM to its group, SIGKILL to what is left after `graceMs`. */
  stop: AbortSignal;
  /** SIGKILL at once. */
  kill: AbortSignal;
  graceMs: number;
  /** Hears that there will be a process group; what comes back hears of it, by its leader, as soon as there is. */
  onGroup(): (pid: number) => void;
}

export interface CommandResult {
  /** Null when it did not start or a signal ended it. */
  exitCode: number | null;
  signal?: string;
  /** Why it could not be started. */
  error?: string;
}

/** How long to go on reading once the command and its group are gone: somebody outside may hold the pipe open. */
const DRAIN_MS = 500;

/** How long after SIGKILL a group may still be seen before it is taken to be gone. */
const REAP_MS = 1_000;

/**
 * Runs a command to its end. A task ends with its process group: what it leaves behind in it is stopped as well,
 * or it would go on writing files and hold its output open. A daemon that means to stay makes a session of its own.
 */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  const { command, cwd, env, input, onOutput, stop, kill, graceMs, onGroup } = options;
  const { file, args, detached, joined } = shellCall(command, input);
  const announce = onGroup();
  const child = execa(file, args, {
    cwd,
    env: env as Record<string, string>,
    extendEnv: false,
    detached,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: joined ? 'ignore' : 'pipe',
    windowsVerbatimArguments: !joined,
    buffer: false,
    cleanup: false,
    reject: false,
  });
  const { pid } = child;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', onOutput);
  if (pid === undefined) return failedToStart(await child, cwd);
  try {
    announce(pid);
  } catch (error) {
    // Nobody would find it if we were killed.
    signalSession(pid, 'SIGKILL');
    await child;
    throw error;
  }

  const stopper = groupStopper(pid, graceMs);
  const terminate = (): void => stopper.terminate();
  const killNow = (): void => signalSession(pid, 'SIGKILL');
  stop.addEventListener('abort', terminate, { once: true });
  kill.addEventListener('abort', killNow, { once: true });
  if (stop.aborted) terminate();
  if (kill.aborted) killNow();

  const release = (): void => {
    stop.removeEventListener('abort', terminate);
    kill.removeEventListener('abort', killNow);
  };
  let drain: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((done) => {
    child.once('exit', () => {
      // What the command left behind in its group goes as well. After that the group's number may become somebody
      // else's, so nothing is signalled any more.
      if (isGroupAlive(pid)) stopper.terminate();
      void stopper.done().then(() => {
        release();
        drain = setTimeout(() => child.stdout?.destroy(), DRAIN_MS);
        done();
      });
    });
  });
  const result = await child;
  await gone;
  clearTimeout(drain);
  return { exitCode: result.exitCode ?? null, ...(result.signal ? { signal: result.signal } : {}) };
}

function failedToStart(
  result: { code?: string | undefined; originalMessage?: string | undefined },
  cwd: string,
): CommandResult {
  const { code, originalMessage = 'unknown error' } = result;
  const error =
    code === 'ENOENT' ? `its folder ${cwd} does not exist` : `it could not be started: ${originalMessage}`;
  return { exitCode: null, error };
}

/** SIGTERM to a group, then SIGKILL when something of it is still there after the grace. */
function groupStopper(pid: number, graceMs: number) {
  const POLL_MS = 20;
  let deadline: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    terminate(): void {
      if (deadline !== undefined) return;
      deadline = performance.now() + graceMs;
      signalSession(pid, 'SIGTERM');
      timer = setTimeout(() => signalSession(pid, 'SIGKILL'), graceMs);
    },
    /** Resolves once nothing of the group is left, or nothing but zombies that their new parent does not reap. */
    async done(): Promise<void> {
      // From here on the loop below looks before it kills.
      clearTimeout(timer);
      if (deadline === undefined) return;
      while (isSessionAlive(pid) && performance.now() < deadline + REAP_MS) {
        if (performance.now() > deadline) signalSession(pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}
