// The logs of a run on disk, read in parts.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadOutput } from './excerpt.ts';

/** Logs in the folder of a run. One that is gone, or cannot be read, is as if it was never written. */
export function outputFiles(folder: string): ReadOutput {
  return (log) => {
    const file = join(folder, log);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    return { bytes: stats.size, read: (start, end) => readPart(file, start, end) };
  };
}

function readPart(file: string, start: number, end: number): Uint8Array {
  const handle = openSync(file, 'r');
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
