// Reading what is in a file, small ones at a gulp, large ones in pieces. Follows no link and waits for no FIFO.

import { createHash, hash as digest } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FsPath } from '../base/raw-path.ts';

/** The name of a content: its sha256 in hexadecimal digits. */
export type Oid = string;

/** Bytes above which a file is not held in memory as a whole. */
export const LARGE = 4 * 1_024 * 1_024;
const PIECE = 1_024 * 1_024;

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export const oidOf = (bytes: Uint8Array): Oid => digest('sha256', bytes, 'hex');

/** Holds a file for as long as it is hashed. */
let scratch: Buffer | undefined;
const MOST_SCRATCH = 64 * 1_024;

const scratchOf = (bytes: number): Buffer => {
  if (bytes > MOST_SCRATCH) return Buffer.allocUnsafe(bytes);
  scratch ??= Buffer.allocUnsafe(MOST_SCRATCH);
  return scratch.subarray(0, bytes);
};

/** Undefined for a file that is large by now. @param told its size, where the disk has just been asked for it */
export const readSmall = (path: FsPath, told?: number): Buffer | undefined =>
  read(path, told, Buffer.allocUnsafe);

function read(
  path: FsPath,
  told: number | undefined,
  bufferOf: (bytes: number) => Buffer,
): Buffer | undefined {
  const handle = openSync(path, FLAGS);
  try {
    const size = told ?? fstatSync(handle).size;
    if (size > LARGE) return undefined;
    // One byte more, to see a file that grows.
    const bytes = bufferOf(size + 1);
    let end = 0;
    do {
      const count = readSync(handle, bytes, end, bytes.length - end, null);
      if (count === 0) break;
      end += count;
    } while (end < size);
    return end <= size ? bytes.subarray(0, end) : undefined;
  } finally {
    closeSync(handle);
  }
}

/** @param told as for `readSmall` */
export async function oidOfFile(path: FsPath, told?: number): Promise<Oid> {
  const small = read(path, told, scratchOf);
  if (small !== undefined) return oidOf(small);
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  const handle = await open(path, FLAGS);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
