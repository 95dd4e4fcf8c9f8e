// Space on a disk that is kept for what must be written down when a task has filled it: how far a run has come, and what is
// put back. In pieces, given up one by one, so that whoever goes on filling the disk gets little of it at a time.

import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from './error-code.ts';
import { replaceFile } from './own-files.ts';
import { isThere, lookAt, namesIn, remove } from './own-folders.ts';
import { isDiskFull } from './system-limits.ts';

const PIECES = 8;
const PIECE_BYTES = 32 * 1024;

/** Nothing is kept where it would itself be what fills the disk: so many times as much must be free. */
const PLENTY = 4;

const folderIn = (home: string): string => join(home, 'reserve');

/** In bytes. */
function freeOn(home: string): number {
  const { bavail, bsize } = statfsSync(home);
  return bavail * bsize;
}

/** Whether there is so little room that what is removed must really go. */
export function isShort(home: string): boolean {
  const free = orElse(() => freeOn(home), undefined);
  return free !== undefined && free < PIECES * PIECE_BYTES;
}

/** Keeps what is not kept yet, as far as there is room. @param home a folder on that disk, which is ours */
export function keepReserve(home: string): void {
  const folder = folderIn(home);
  try {
    const names = Array.from({ length: PIECES }, (_, at) => join(folder, String(at)));
    const missing = names.filter((name) => Number(lookAt(name)?.size) !== PIECE_BYTES);
    if (missing.length === 0) return;
    if (freeOn(home) < PLENTY * PIECES * PIECE_BYTES) return;
    // A file system that compresses would keep no room for anything simpler.
    for (const name of missing)
      replaceFile(name, process.getBuiltinModule('node:crypto').randomBytes(PIECE_BYTES));
  } catch {
    // Then there is none.
  }
}

/** Gives up one piece; false where there is none but those that are to be left. */
function giveUp(home: string, leaving: number): boolean {
  return orElse(() => {
    const names = namesIn(folderIn(home));
    const [piece] = names;
    if (piece === undefined || names.length <= leaving) return false;
    const file = join(folderIn(home), piece);
    remove(file);
    return !isThere(file);
  }, false);
}

/**
 * Does what must be written down; where the disk is full again and again, with less and less of the reserve. What is
 * done must be such that it can be done again. @param leaving pieces that are for something more important
 */
export function inReserve<T>(home: string, work: () => T, leaving = 0): T {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isDiskFull(error) || !giveUp(home, leaving)) throw error;
    }
  }
}

/** The same for work that takes its time. */
export async function inReserveAsync<T>(home: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error) || !giveUp(home, 0)) throw error;
    }
  }
}
