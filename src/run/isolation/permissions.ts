// Git keeps of a file's permissions only whether it may be executed. A task is to find the others as they are in the shared
// tree, so that what it does to them can be told.

import { chmodSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { PatternList } from '../../plan/patterns/index.ts';
import { type Footprint, footprint, permissionsIn } from '../changes.ts';

/** Gives the declared files in a worktree the permissions that they have in the shared tree. What they are like then. */
export function asInTree(root: string, workdir: string, writes: PatternList): Footprint {
  const before = footprint(workdir, writes);
  let isSame = true;
  for (const [path, print] of before) {
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (!stats?.isFile() || permissionsIn(print) === (stats.mode & 0o7777)) continue;
    if (!lstatSync(join(workdir, path)).isFile()) continue;
    chmodSync(join(workdir, path), stats.mode & 0o7777);
    isSame = false;
  }
  return isSame ? before : footprint(workdir, writes);
}
