// Which files a stretch of time has changed, by comparing what the disk says before and after.

import { changesBetween, kindOf } from '../../base/path-change.ts';
import type { Fingerprint } from '../../base/stat-fingerprint.ts';
import type { FileChange } from '../../model/report.ts';

/** By path. */
export type Fingerprints = ReadonlyMap<string, Fingerprint>;

/** Sorted by path. A file that was written again with the same content has changed as well. */
export const compare = (before: Fingerprints, after: Fingerprints): FileChange[] =>
  changesBetween(before, after).map((change) => ({ path: change.path, change: kindOf(change) }));
