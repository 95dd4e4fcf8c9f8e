// Reads a file of which nobody knows what it is: a pipe that nobody writes into, or one that never ends, is an error and no
// wait without end.

import { closeSync, constants, openSync, readSync } from 'node:fs';
import { elapsed } from './elapsed.ts';
import { orElse } from './error-code.ts';

const PIECE = 65_536;
const PAUSE_MS = 10;

export type BoundedRead = { bytes: Buffer } | { problem: 'too long' | 'nothing comes' };

/**
 * Throws where it cannot be opened or read.
 *
 * @param most bytes
 * @param patienceMs how long whoever writes into a pipe may take, all in all
 */
export function readBounded(path: string, most: number, patienceMs: number): BoundedRead {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const end = elapsed() + patienceMs;
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      const piece = Buffer.alloc(PIECE);
      const read = readSome(handle, piece);
      // A pipe ends before its writer has come as it does after that.
      const isOver = read === 0 && (length > 0 || patienceMs === 0);
      if (isOver) return { bytes: Buffer.concat(pieces, length) };
      if (read === 0 || read === undefined) {
        if (elapsed() > end) return { problem: 'nothing comes' };
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
        continue;
      }
      length += read;
      if (length > most) return { problem: 'too long' };
      pieces.push(piece.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

/** Undefined where there is nothing yet. */
const readSome = (handle: number, piece: Buffer): number | undefined =>
  orElse(() => readSync(handle, piece), undefined, 'EAGAIN');
