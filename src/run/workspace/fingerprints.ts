// Which files a stretch of time has changed, by comparing what the disk says before and after.

import { changesBetween, kindOf, type PathChange } from '../../base/path-change.ts';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import type { Fingerprint } from '../../base/stat-fingerprint.ts';
import type { FileChange } from '../../model/report.ts';
import type { PatternList } from '../../plan/patterns/index.ts';

/** By path. */
export type Fingerprints = ReadonlyMap<RawPath, Fingerprint>;

/** What a task may change. */
export interface Reach {
  /** Those that are declared, and what they come to beyond links, relative to the root. */
  lists: readonly PatternList[];
  covers(path: string): boolean;
  /** The files that are there now. */
  look(): Fingerprints;
}

/** Sorted by path. A file that was written again with the same content has changed as well. */
export const compare = (before: Fingerprints, after: Fingerprints): FileChange[] =>
  changesBetween(before, after).map(fileChangeOf);

/** As people are told of it. */
export const fileChangeOf = (change: PathChange<Fingerprint>): FileChange => ({
  path: shownPath(change.path),
  change: kindOf(change),
});
