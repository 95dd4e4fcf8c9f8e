// What a task changed outside the files that it declares to write, with the line that would cover it. Pure.

import type { FileChange, Stray } from '../../model/report.ts';
import { anyMatcher, literalPattern, type PatternList } from '../../plan/patterns/index.ts';

/** Folders with at least this many strays are covered by one glob. */
const MANY = 3;

/** Of changes relative to the root. @param reach the lists of what the task declares to write */
export function straysOf(changes: readonly FileChange[], reach: readonly PatternList[]): Stray[] {
  const covers = anyMatcher(reach);
  const outside = changes.filter(({ path }) => !covers(path));
  const inFolder = new Map<string, number>();
  for (const { path } of outside) inFolder.set(folderOf(path), (inFolder.get(folderOf(path)) ?? 0) + 1);
  return outside.map(({ path, change }) => {
    const folder = folderOf(path);
    const whole = folder !== '' && (inFolder.get(folder) ?? 0) >= MANY;
    return { path, change, writes: whole ? `${literalPattern(folder)}/**` : literalPattern(path) };
  });
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Why a task fails that may not do so. */
export const strayReason = (strays: readonly Stray[]): string =>
  `it changed ${strays[0]?.path ?? 'files'}${strays.length > 1 ? ` and ${strays.length - 1} more` : ''} outside of its writes`;
