// When a store is swept: once a day, and when a tenth of what it may hold was stored since. Each run says at its end how much it
// has stored; the one that finds a sweep due has a process of its own do it, for which nobody waits.

import { orElse } from '../base/error-code.ts';
import type { CacheStore } from './cache-store.ts';
import { startSweep } from './start-sweep.ts';
import type { StoreFolder } from './store-folder.ts';
import type { Limits } from './sweep.ts';
import { Tally } from './tally.ts';

const DAY = 86_400_000;
/** Of the size that a store may have: how much is stored from one sweep to the next. */
export const SHARE = 0.1;

const LINES = /^(?:\d{1,15}\n)*$/;

/** A number of bytes for each run. */
export const storedTally = (store: StoreFolder): Tally => new Tally(store, 'stored');

/** For the end of a run. Never throws; where nothing can be written, nothing can be swept either. */
export function sweepIfDue(store: CacheStore, limits: Limits, start = startSweep): void {
  orElse(() => {
    const stored = store.takeStored();
    const tally = storedTally(store.folder);
    if (stored === 0 && !tally.isThere()) return;
    if (stored > 0) tally.append(`${stored}\n`);
    if (isDue(store.folder, limits)) start(store.folder, limits);
  }, undefined);
}

/** What makes no sense is swept, and counted anew. */
export function isDue(store: StoreFolder, { maxSize }: Limits, now = Date.now()): boolean {
  const tallied = storedTally(store).read();
  if (tallied === undefined || !LINES.test(tallied.text)) return true;
  const stored = tallied.text.split('\n').reduce((sum, line) => sum + Number(line), 0);
  return Math.abs(now - tallied.since) > DAY || stored > maxSize * SHARE;
}
