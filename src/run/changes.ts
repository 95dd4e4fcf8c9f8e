// Which files a stretch of time has changed, by comparing what the disk says before and after.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { FileChange } from '../model/report.ts';
import { listFiles } from '../plan/listing.ts';
import { matcher, type PatternList } from '../plan/patterns/index.ts';
import { wantsOf } from '../plan/touches.ts';

/** Path → what tells that it was written: its inode, size, mode and times. */
export type Footprint = ReadonlyMap<string, string>;

/** The footprint of the files that the globs match. A file that goes away meanwhile is left out. */
export function footprint(root: string, globs: PatternList): Footprint {
  const found = new Map<string, string>();
  if (globs.length === 0) return found;
  const matches = matcher(globs);
  for (const path of listFiles(root, wantsOf(globs))) {
    if (!matches(path)) continue;
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (stats) found.set(path, `${stats.ino}:${stats.size}:${stats.mode}:${stats.mtimeMs}:${stats.ctimeMs}`);
  }
  return found;
}

/** Sorted by path. A file that was written again with the same content counts as modified. */
export function compare(before: Footprint, after: Footprint): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, print] of after) {
    const old = before.get(path);
    if (old !== print) changes.push({ path, change: old === undefined ? 'created' : 'modified' });
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, change: 'deleted' });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}
