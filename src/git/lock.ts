// Taking turns in a repository: within this process in the order of asking, with other processes by a lock. Unaware of what
// is done then.

import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed } from '../base/elapsed.ts';
import { type Holder, Lock } from '../base/lock.ts';
import { Mutex } from '../base/mutex.ts';

/** How somebody waits who is not alone. */
export interface Waiting {
  /** Hears, once, what is waited for: a clause that follows upon `waiting until`. */
  onWait?: ((until: string) => void) | undefined;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/** Milliseconds of a wait that nobody need hear of: turns are short. */
export const UNHEARD = 1_000;

/** Our own process' turns, so that only one of them at a time stands at the lock. */
const turns = new Map<string, Mutex>();

/** Does the work while nobody else holds the lock in the folder. Rejects where it cannot be had, or is waited for no longer. */
export function locked<T>(folder: string, waiting: Waiting, work: () => Promise<T>): Promise<T> {
  const mutex = turns.get(folder) ?? new Mutex();
  turns.set(folder, mutex);
  return mutex.run(async () => {
    const release = await take(folder, waiting);
    try {
      return await work();
    } finally {
      release();
    }
  });
}

async function take(folder: string, { onWait, signal }: Waiting): Promise<() => void> {
  const lock = new Lock(folder);
  const begin = elapsed();
  for (let isTold = false; ; ) {
    const taken = lock.take('ptask');
    if (taken.ok) return taken.release;
    const until = `${whoOf(taken.holder)} has made its worktrees in this repository`;
    if (signal?.aborted) throw new Error(`it was stopped while it waited until ${until}`);
    if (!isTold && elapsed() - begin > UNHEARD) {
      onWait?.(until);
      isTold = true;
    }
    await sleep(5 + Math.random() * 10, undefined, { signal }).catch(() => {});
  }
}

const whoOf = ({ pid, host }: Holder): string =>
  pid === 0 ? 'another ptask' : `process ${pid}${host === '' ? '' : ` on ${host}`}`;
