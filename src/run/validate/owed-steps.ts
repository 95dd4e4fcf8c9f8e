// The steps that a change has asked for and that have not passed since: they failed, or the run did not come to them. What has changed
// them may come from the cache the next time, and change nothing.

import { writeFileSync } from 'node:fs';
import { readCache, writeCache } from '../../base/cache-file.ts';

const FILE = 'owed-steps.json';

/** By name; none where nothing is remembered. */
export function owedSteps(root: string): Set<string> {
  try {
    const stored: unknown = JSON.parse(String(readCache(root, FILE) ?? '[]'));
    return new Set(Array.isArray(stored) ? stored.filter((name) => typeof name === 'string') : []);
  } catch {
    return new Set();
  }
}

export function rememberOwed(root: string, names: ReadonlySet<string>): void {
  writeCache(root, FILE, (handle) => writeFileSync(handle, `${JSON.stringify([...names].sort())}\n`));
}
