// Which files a stretch of time has changed, by comparing what the disk says before and after.

import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { look } from '../../base/look.ts';
import { changesBetween, kindOf } from '../../base/path-change.ts';
import { type Fingerprint, fingerprintOf } from '../../base/stat-fingerprint.ts';
import type { FileChange } from '../../model/report.ts';
import { listFiles } from '../../plan/listing.ts';
import { matcher, type PatternList } from '../../plan/patterns/index.ts';
import { wantsOf } from '../../plan/touches.ts';

/** By path. */
export type Fingerprints = ReadonlyMap<string, Fingerprint>;

/** Those of the files that one of the lists matches. What cannot be looked at is left out. */
export function fingerprints(root: string, ...lists: readonly PatternList[]): Fingerprints {
  const found = new Map<string, Fingerprint>();
  const tests = lists.filter((list) => list.length > 0).map(matcher);
  if (tests.length === 0) return found;
  for (const path of listFiles(root, lists.flatMap(wantsOf))) {
    if (!tests.some((matches) => matches(path))) continue;
    const stats = statsOf(join(root, path));
    if (stats) found.set(path, fingerprintOf(stats));
  }
  return found;
}

/** Undefined for what has gone away, and for what lies in a folder that may be listed and not searched. */
function statsOf(path: string): BigIntStats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}

/** Sorted by path. A file that was written again with the same content has changed as well. */
export const compare = (before: Fingerprints, after: Fingerprints): FileChange[] =>
  changesBetween(before, after).map((change) => ({ path: change.path, change: kindOf(change) }));
