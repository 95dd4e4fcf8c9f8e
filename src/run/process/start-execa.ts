// Starting a process where the system has run out of descriptors. Node then leaves it half made: what stands upon it (execa)
// throws about what is missing, and the reason comes later, as an event that nobody has come to listen to.

import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

type Started<T> = { ok: true; process: T } | { ok: false; error: Promise<Error> };

/** Node tells of each one here, before it is started. */
const CHANNEL = 'child_process';

/** @param start starts one process, and does so at once. Throws what that throws about anything else */
export function startExeca<T>(start: () => T): Started<T> {
  let child: ChildProcess | undefined;
  let error: Promise<Error> | undefined;
  const hear = (message: unknown): void => {
    const { process } = message as { process: ChildProcess };
    child = process;
    error = new Promise((done) => process.once('error', done));
  };
  subscribe(CHANNEL, hear);
  try {
    return { ok: true, process: start() };
  } catch (thrown) {
    if (error === undefined || child?.pid !== undefined) throw thrown;
    return { ok: false, error };
  } finally {
    unsubscribe(CHANNEL, hear);
  }
}
