// The marks of the runs that are going on in a work tree: a file each, which is there until the run has left everything as it
// should be, and which is touched now and then while the run lives. It holds where the state of the run lies. Unaware of
// how anything is put right.

import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { noteFile, noteFolders, noteNew, onDisk } from '../../base/on-disk.ts';
import { isReachable, readFile, replaceFile } from '../../base/own-files.ts';
import { inReserve } from '../../base/reserve.ts';
import type { RunFolder } from '../run-folder.ts';

/** Milliseconds between two signs of life. */
export const HEARTBEAT = 5_000;

export interface Mark {
  /** The run has left everything as it should be. */
  remove(): void;
  /** Nobody looks after it any more: whoever comes next has to put it right. */
  leave(): void;
}

const folderOf = (home: string): string => join(home, 'active');

export const markOf = (home: string, runId: string): string => join(folderOf(home), runId);

/** Throws where the disk says no. */
export function markActive(home: string, { id, state }: Pick<RunFolder, 'id' | 'state'>): Mark {
  const file = markOf(home, id);
  inReserve(home, () => {
    // The work tree may be moved, and its git folder with it.
    replaceFile(file, `${relative(home, state)}\n`);
  });
  // Whoever made the folders on the way may have been killed before they were on the disk.
  noteNew(file);
  for (const folder of [folderOf(home), state]) noteFolders(folder, dirname(home));
  const timer = setInterval(() => {
    touch(file);
    noteFile(file);
    // A sign of life that is lost is followed by another one.
    onDisk().catch(() => {});
  }, HEARTBEAT).unref();
  const leave = (): void => clearInterval(timer);
  return {
    leave,
    remove() {
      leave();
      rmSync(file, { force: true });
    },
  };
}

/** For a mark, and for a lock. */
export function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Somebody has taken it away. That is found out soon enough.
  }
}

/** The folder of the run's state; undefined where the mark was cut off before it could say so, and nothing had begun. */
export function markedState(home: string, runId: string): string | undefined {
  const text = String(readFile(markOf(home, runId)));
  return text.endsWith('\n') ? join(home, text.slice(0, -1)) : undefined;
}

/** The ids of the runs that are marked. */
export function marked(home: string): string[] {
  try {
    return isReachable(markOf(home, '')) ? readdirSync(folderOf(home)).sort() : [];
  } catch {
    return [];
  }
}

/** How late, in milliseconds, a sign of life may have been on its way to a busy disk when the machine stopped. */
const LATENESS = 30_000;

/**
 * The moment, by the file system's clock in milliseconds, after which the run was no more; undefined where nothing tells.
 * @param hasStopped the machine has been down since
 */
export function lastSeen(home: string, runId: string, hasStopped: boolean): number | undefined {
  const mtime = statSync(markOf(home, runId), { throwIfNoEntry: false })?.mtimeMs;
  return mtime === undefined ? undefined : mtime + HEARTBEAT + (hasStopped ? LATENESS : 0);
}
