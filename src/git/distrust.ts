// git takes a file for unchanged while it has the times and the size that the index says, and it counts times in whole
// seconds: an edit of equal size that keeps the file's own time (`cp -p`, `touch -r`, `tar x`) is hidden within the second in
// which the index was written. Files of that second are compared to the nanosecond here.

import { utimesSync } from 'node:fs';
import { look } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { locate } from '../base/raw-path.ts';
import { IndexStat } from './index-stat.ts';
import { GITLINK } from './repository.ts';

/** Seconds by which the clocks of two file systems may differ. */
const SKEW = 2;
const SECOND = 1_000_000_000n;

/** Has git read each file that is not to the nanosecond what this index file says of it. */
export async function distrust(top: string, index: string): Promise<void> {
  const is = look(index);
  if (is === undefined) return;
  const written = Number(is.mtimeNs / SECOND);
  const files = new IndexStat(index);
  const pace = new Pace();
  let hasChanged = false;
  for (const entry of files.entries) {
    await pace.turn();
    if (entry.mode === GITLINK || files.latest(entry) < written - SKEW) continue;
    const stats = look(locate(top, entry.path));
    if (stats === undefined || files.isOf(entry, stats)) continue;
    files.forget(entry);
    hasChanged = true;
  }
  if (!hasChanged) return;
  files.write(index);
  // By this time git decides which files it has to read anyway.
  utimesSync(index, written, written);
}
