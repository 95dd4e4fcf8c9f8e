// How long tasks have lasted in earlier runs: those with the longest path still to go are first.

import { writeFileSync } from 'node:fs';
import { readCache, writeCache } from '../base/cache-file.ts';

const FILE = 'durations.json';

/** Milliseconds by task; none where nothing is remembered. */
export function rememberedDurations(root: string): Map<string, number> {
  try {
    const stored: unknown = JSON.parse(readCache(root, FILE)?.toString('utf8') ?? '{}');
    if (typeof stored !== 'object' || stored === null) return new Map();
    return new Map(
      Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  } catch {
    return new Map();
  }
}

/** New durations count half, so that one slow day does not decide the next plan. */
export function rememberDurations(root: string, measured: ReadonlyMap<string, number>): void {
  if (measured.size === 0) return;
  const durations = rememberedDurations(root);
  for (const [task, ms] of measured) {
    const old = durations.get(task);
    durations.set(task, Math.round(old === undefined ? ms : (old + ms) / 2));
  }
  const sorted = Object.fromEntries([...durations].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeCache(root, FILE, (handle) => writeFileSync(handle, `${JSON.stringify(sorted)}\n`));
}
