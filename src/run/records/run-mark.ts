// The marks of the runs that are going on in a work tree: a file each, which is there until the run has left everything as it
// should be, and which is touched now and then while the run lives. It holds where the state of the run lies, and whose it is.
// Unaware of how anything is put right.

import { rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { HEARTBEAT, seemsTouched, touch } from '../../base/heartbeat.ts';
import { lifeOf, type ProcessName, processNamed, thisProcess } from '../../base/liveness.ts';
import { noteFile, noteFolders, noteNew, onDisk } from '../../base/on-disk.ts';
import { readFile, replaceFile } from '../../base/own-files.ts';
import { lookAt, namesIn } from '../../base/own-folders.ts';
import { inReserve } from '../../base/reserve.ts';
import { isRunId, type RunFolder } from './run-folder.ts';

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
    replaceFile(file, `${relative(home, state)}\n${JSON.stringify(thisProcess())}\n`);
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

const linesOf = (home: string, runId: string): string[] =>
  String(readFile(markOf(home, runId)) ?? '')
    .split('\n')
    .slice(0, -1);

/** The folder of the run's state; undefined where the mark was cut off before it could say so, and nothing had begun. */
export function markedState(home: string, runId: string): string | undefined {
  const [state] = linesOf(home, runId);
  return state === undefined ? undefined : join(home, state);
}

/** The process of a marked run; undefined where it is not marked, or nothing tells. */
function processOf(home: string, runId: string): ProcessName | undefined {
  if (!marked(home).includes(runId)) return undefined;
  try {
    return processNamed(JSON.parse(linesOf(home, runId)[1] ?? 'null'));
  } catch {
    return undefined;
  }
}

/** Whether the run is marked and its process lives, as far as one look can tell. */
export function isActive(home: string, runId: string): boolean {
  const whose = processOf(home, runId);
  const life = whose === undefined ? 'dead' : lifeOf(whose);
  return life === 'alive' || (life === 'unknown' && seemsTouched(markOf(home, runId)));
}

/** The first marked run of a process that is seen to live. */
export function livingRun(home: string): { runId: string; whose: ProcessName } | undefined {
  for (const runId of marked(home)) {
    const whose = processOf(home, runId);
    if (whose !== undefined && lifeOf(whose) === 'alive') return { runId, whose };
  }
  return undefined;
}

/** The ids of the runs that are marked. What else lies there is nobody's mark. */
export function marked(home: string): string[] {
  try {
    return namesIn(folderOf(home))
      .filter((name) => isRunId(name) && lookAt(markOf(home, name))?.isFile())
      .sort();
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
