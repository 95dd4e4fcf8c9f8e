// The logs of a run on disk, read in parts.

import { closeSync, fstatSync, readSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { openToRead } from '../base/own-files.ts';
import type { ReadOutput } from './excerpt.ts';

/**
 * The file of a log; undefined where its name leads out of the folder of the run: a journal may have come with a clone.
 * @param log relative to the folder
 */
export function logFile(folder: string, log: string): string | undefined {
  const name = normalize(log);
  const isOutside = isAbsolute(name) || name === '..' || name.startsWith(`..${sep}`);
  return isOutside ? undefined : join(folder, name);
}

/** Logs in the folder of a run. One that is gone, or cannot be read, is as if it was never written. */
export function outputFiles(folder: string): ReadOutput {
  return (log) => {
    const file = logFile(folder, log);
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
