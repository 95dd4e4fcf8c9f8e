// git takes a file for unchanged while it has the times and the size that the index says, and it counts times in whole
// seconds: an edit of equal size that keeps the file's own time (`cp -p`, `touch -r`, `tar x`) is hidden within the second in
// which the index was written. Files of that second are compared to the nanosecond here.

import { utimesSync, writeFileSync } from 'node:fs';
import { look } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { locate } from '../base/raw-path.ts';
import type { StatEntry } from './index-format.ts';
import { IndexStat } from './index-stat.ts';
import { GITLINK } from './repository.ts';

/**
 * Seconds by which the clocks of two file systems may differ, or by which an index file may be younger than the look at the files
 * that it tells of.
 */
const SKEW = 2;
const SECOND = 1_000_000_000n;

/**
 * Has git read each file that is not to the nanosecond what this index file says of it. Returns the second in which that is
 * looked at, by the clock of the file system that the index file lies on.
 * @param isTimed the index file has the time of the look that it tells of, as `timeIndex` gives it
 * @param known what the index file says; it stays as it is
 */
export async function distrust(
  top: string,
  index: string,
  { isTimed = false, known }: { isTimed?: boolean; known?: IndexStat | undefined } = {},
): Promise<number> {
  const stamp = `${index}.look`;
  writeFileSync(stamp, 'looked');
  const now = look(stamp);
  const began = now === undefined ? 0 : Number(now.mtimeNs / SECOND);
  const is = look(index);
  if (is === undefined) return began;
  const written = Number(is.mtimeNs / SECOND);
  const skewOf = (entry: StatEntry): number => (isTimed && files.isOnDevice(entry, is.dev) ? 0 : SKEW);
  const files = known ?? new IndexStat(index);
  const pace = new Pace();
  let doubted: IndexStat | undefined;
  for (const entry of files.entries) {
    await pace.turn();
    if (files.latest(entry) < written - skewOf(entry) || entry.mode === GITLINK) continue;
    const stats = look(locate(top, entry.path));
    if (stats === undefined || files.isOf(entry, stats)) continue;
    doubted ??= new IndexStat(index);
    doubted.forget(entry);
  }
  if (doubted !== undefined) {
    doubted.write(index);
    // By this time git decides which files it has to read anyway.
    timeIndex(index, written);
  }
  return began;
}

/** An index file tells of files as they were in this second. */
export const timeIndex = (index: string, second: number): void => utimesSync(index, second, second);
