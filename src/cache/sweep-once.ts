// A sweep that was found due, by one process at a time.

import { Lock } from '../base/lock.ts';
import type { StoreFolder } from './store-folder.ts';
import { type Limits, type Swept, sweep } from './sweep.ts';
import { isDue, SHARE, storedTally } from './sweep-due.ts';

const LOCK = 'sweep-lock';

/**
 * Undefined where somebody else is at it, or has just been. It makes room for what may be stored until the next one. Throws what
 * the disk says.
 */
export function sweepOnce(store: StoreFolder, limits: Limits): Swept | undefined {
  // Made here, where a link in its place is refused.
  store.hold(LOCK).close();
  const lock = new Lock(store.pathOf(LOCK)).take('ptask cache');
  if (!lock.ok) return undefined;
  try {
    if (!isDue(store, limits)) return undefined;
    const swept = sweep(store, { ...limits, maxSize: limits.maxSize * (1 - SHARE) });
    storedTally(store).restart();
    return swept;
  } finally {
    lock.release();
  }
}
