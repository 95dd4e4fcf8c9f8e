// What a task changed outside the files that it declares to write, with the line that would cover it. Pure.

import type { FileChange, Stray } from '../../model/report.ts';
import { literalPattern, matcher } from '../../plan/patterns/index.ts';

/** Folders with at least this many strays are covered by one glob. */
const MANY = 3;

/** Of changes relative to the root. */
export function straysOf(changes: readonly FileChange[], writes: readonly string[]): Stray[] {
  const covered = writes.length === 0 ? () => false : matcher(writes);
  const outside = changes.filter(({ path }) => !covered(path));
  const inFolder = new Map<string, number>();
  for (const { path } of outside) inFolder.set(folderOf(path), (inFolder.get(folderOf(path)) ?? 0) + 1);
  return outside.map(({ path, change }) => {
    const folder = folderOf(path);
    const whole = folder !== '' && (inFolder.get(folder) ?? 0) >= MANY;
    return { path, change, writes: whole ? `${literalPattern(folder)}/**` : literalPattern(path) };
  });
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
