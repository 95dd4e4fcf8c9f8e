// The logs of a run on disk, read in parts.

import { closeSync, fstatSync, readSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { openToRead } from '../base/own-files.ts';
import type { RunFolder } from '../run/records/run-folder.ts';
import { logAt } from '../run/records/swept-logs.ts';
import type { ReadOutput } from './excerpt.ts';

/** Of one whose tasks are over the logs are in its folder alone. */
type LoggedRun = Pick<RunFolder, 'path'> & Partial<Pick<RunFolder, 'state'>>;

/**
 * The file of a log; undefined where its name leads out of the folder of the run: a journal may have come with a clone.
 * @param log relative to the folder
 */
export function logFile(run: LoggedRun, log: string): string | undefined {
  const name = normalize(log);
  const isOutside = isAbsolute(name) || name === '..' || name.startsWith(`..${sep}`);
  if (isOutside) return undefined;
  const { path, state } = run;
  return state === undefined ? join(path, name) : logAt({ path, state }, name);
}

/** The logs of a run. One that is gone, or cannot be read, is as if it was never written. */
export function outputFiles(run: LoggedRun): ReadOutput {
  return (log) => {
    const file = logFile(run, log);
    const handle = file === undefined ? undefined : openToRead(file);
    if (file === undefined || handle === undefined) return undefined;
    const { size } = fstatSync(handle);
    closeSync(handle);
    return { bytes: size, read: (start, end) => readPart(file, start, end) };
  };
}

function readPart(file: string, start: number, end: number): Uint8Array {
  const handle = openToRead(file);
  if (handle === undefined) return new Uint8Array();
  try {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, fstatSync(handle).size) - start));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(handle, bytes, filled, bytes.length - filled, start + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(handle);
  }
}
