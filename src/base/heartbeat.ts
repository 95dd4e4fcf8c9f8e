// Signs of life of a process that cannot be asked whether it is there: it touches a file now and then, and whoever waits for
// it watches whether that file changes. Times on it are never compared with one's own clock, since clocks of two machines
// differ, and one's own may be set.

import { closeSync, constants, lstatSync, openSync, readSync, writeSync } from 'node:fs';
import { elapsed } from './elapsed.ts';
import { fingerprintOf } from './stat-fingerprint.ts';

/** Milliseconds between two signs of life. */
export const HEARTBEAT = 5_000;

/** Who has shown none for so many milliseconds is dead: several were missed, as by one that is busy or waits for a disk. */
export const SILENCE = 30_000;

/** The most that one look adds to a silence. Whoever was stopped together with the other one has not listened meanwhile. */
const LISTENED = 1_000;

/**
 * A sign of life. The time on it is the file system's, as on what is edited there: so a byte is written, the one that is there
 * already. The file must not be empty.
 */
export function touch(file: string): void {
  try {
    const handle = openSync(
      file,
      constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const first = Buffer.alloc(1);
      if (readSync(handle, first, 0, 1, 0) === 1) writeSync(handle, first, 0, 1, 0);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Somebody has taken it away. That is found out soon enough.
  }
}

/** Listens to one file after the other, as often as it is asked. */
export class Silence {
  #sign = '';
  #lastLook = 0;
  #length = 0;

  /** How long, in milliseconds, nothing has been heard of the file. Of one that is not there nothing will be. */
  of(file: string): number {
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return Number.POSITIVE_INFINITY;
    const [now, sign] = [elapsed(), fingerprintOf(stats)];
    const isNew = sign !== this.#sign;
    this.#length = isNew ? 0 : this.#length + Math.min(now - this.#lastLook, LISTENED);
    this.#sign = sign;
    this.#lastLook = now;
    return this.#length;
  }
}

/**
 * Whether a file was touched not long ago, for whoever cannot listen. It believes the clocks, so it is good enough for words
 * and for nothing else.
 */
export function seemsTouched(file: string): boolean {
  const mtime = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return mtime !== undefined && Date.now() - mtime < 2 * SILENCE;
}
