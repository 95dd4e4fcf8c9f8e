// How often a result was taken from a store, by whatever process: a byte for each time.

import { orElse } from '../base/error-code.ts';
import type { StoreFolder } from './store-folder.ts';
import { Tally } from './tally.ts';

export interface Hits {
  count: number;
  /** Milliseconds since 1970; undefined where nothing was counted yet. */
  since: number | undefined;
}

const tallyOf = (store: StoreFolder): Tally => new Tally(store, 'hits');

/** What cannot be counted is not. */
export const countHits = (store: StoreFolder, hits: number): void =>
  orElse(() => tallyOf(store).append('.'.repeat(hits)), undefined);

export function hitsOf(store: StoreFolder): Hits {
  const tallied = tallyOf(store).read();
  return { count: tallied?.text.length ?? 0, since: tallied?.since };
}

export const boundHits = (store: StoreFolder): void => tallyOf(store).bound();

export const forgetHits = (store: StoreFolder): void => tallyOf(store).remove();
