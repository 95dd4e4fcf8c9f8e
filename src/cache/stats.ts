// What a store holds, counted by looking at all of it.

import { blobEntries, recordEntries } from './entries.ts';
import { type Hits, hitsOf } from './hit-count.ts';
import type { StoreFolder } from './store-folder.ts';

export interface StoreStats {
  results: number;
  /** Those that have at least one result. */
  tasks: number;
  /** Of contents and records together. */
  bytes: number;
  hits: Hits;
  /** Milliseconds since 1970: when something was last stored or used; undefined where there is nothing. */
  lastUsedAt: number | undefined;
}

export function statsOf(store: StoreFolder): StoreStats {
  const tasks = new Set<string>();
  let [results, bytes, last] = [0, 0, 0];
  for (const { names, size, mtimeMs } of recordEntries(store)) {
    tasks.add(names.join('/'));
    results += 1;
    bytes += size;
    last = Math.max(last, mtimeMs);
  }
  for (const { size } of blobEntries(store)) bytes += size;
  const lastUsedAt = results === 0 ? undefined : last;
  return { results, tasks: tasks.size, bytes, hits: hitsOf(store), lastUsedAt };
}
