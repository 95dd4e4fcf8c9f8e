// What a task may change that declares patterns, and the files that it finds there. Looks at the disk.

import type { BigIntStats } from 'node:fs';
import { look } from '../../base/look.ts';
import { type FsPath, locate, type RawPath } from '../../base/raw-path.ts';
import { shownAlike } from '../../base/shown-alike.ts';
import { type Fingerprint, fingerprintOf } from '../../base/stat-fingerprint.ts';
import { listFiles } from '../../plan/listing.ts';
import { anyMatcher, type PatternList } from '../../plan/patterns/index.ts';
import { reachOf } from '../../plan/reach.ts';
import { wantsOf } from '../../plan/touches.ts';
import type { Fingerprints, Reach } from './fingerprints.ts';

export function patternReach(root: string, patterns: PatternList): Reach {
  const lists = reachOf(root, patterns);
  return { lists, covers: anyMatcher(lists), look: () => fingerprints(root, ...lists) };
}

/** Those of the files that one of the lists matches. What cannot be looked at is left out. */
export function fingerprints(root: string, ...lists: readonly PatternList[]): Fingerprints {
  const found = new Map<RawPath, Fingerprint>();
  if (lists.every((list) => list.length === 0)) return found;
  const covers = anyMatcher(lists);
  for (const shown of listFiles(root, lists.flatMap(wantsOf))) {
    if (!covers(shown)) continue;
    for (const path of shownAlike(root, shown)) {
      const stats = statsOf(locate(root, path));
      if (stats) found.set(path, fingerprintOf(stats));
    }
  }
  return found;
}

/** Undefined for what has gone away, and for what lies in a folder that may be listed and not searched. */
function statsOf(path: FsPath): BigIntStats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}
