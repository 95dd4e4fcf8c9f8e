// A program of ours or of the system as a process, and how it has ended: whatever the system says of it, also where it does not let
// it be started, is told in one way. Commands of tasks are started by src/run/process.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

export interface Ended {
  /** Undefined when it did not start or a signal ended it. */
  exitCode: number | undefined;
  signal?: NodeJS.Signals;
  /** Why it was not started. */
  error?: NodeJS.ErrnoException;
}

export interface Started {
  /** Where it was not started, some or all of its streams are not there. */
  child: ChildProcess | undefined;
  /** Once its streams are closed, too. */
  ended: Promise<Ended>;
}

/** Never throws. */
export function startProcess(file: string, args: readonly string[], options: SpawnOptions): Started {
  let child: ChildProcess;
  try {
    child = spawn(file, args, { windowsHide: true, ...options });
  } catch (error) {
    return { child: undefined, ended: Promise.resolve({ exitCode: undefined, error: error as Error }) };
  }
  // What goes wrong with them shows in how it ends.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => {});
  const ended = new Promise<Ended>((done) => {
    child.once('error', (error) => done({ exitCode: undefined, error }));
    child.once('close', (code, signal) => done({ exitCode: code ?? undefined, ...(signal && { signal }) }));
  });
  return { child, ended };
}
