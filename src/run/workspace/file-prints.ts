// Which files a stretch of time has changed, by comparing what the disk says before and after.

import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { FileChange } from '../../model/report.ts';
import { listFiles } from '../../plan/listing.ts';
import { matcher, type PatternList } from '../../plan/patterns/index.ts';
import { wantsOf } from '../../plan/touches.ts';

/** Path → what tells that it was written: its inode, size, mode and times. */
export type Footprint = ReadonlyMap<string, string>;

/** The footprint of the files that one of the lists matches. What cannot be looked at is left out. */
export function footprint(root: string, ...lists: readonly PatternList[]): Footprint {
  const found = new Map<string, string>();
  const tests = lists.filter((list) => list.length > 0).map(matcher);
  if (tests.length === 0) return found;
  for (const path of listFiles(root, lists.flatMap(wantsOf))) {
    if (!tests.some((matches) => matches(path))) continue;
    const stats = statsOf(join(root, path));
    if (stats) found.set(path, `${stats.ino}:${stats.size}:${stats.mode}:${stats.mtimeMs}:${stats.ctimeMs}`);
  }
  return found;
}

/** Undefined for what has gone away, and for what lies in a folder that may be listed and not searched. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** The permissions that a print tells of. */
export const permissionsIn = (print: string): number => Number(print.split(':')[2]) & 0o7777;

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
