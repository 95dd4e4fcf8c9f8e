// The journal of a run: one JSON document a line, on the disk before anybody else hears of the event.

import { closeSync, writeSync } from 'node:fs';
import { openOwn } from '../../base/own-files.ts';
import { inReserve } from '../../base/reserve.ts';
import type { Event } from '../../model/event.ts';
import { isJournaled } from '../../model/journal.ts';

/** Pieces of the reserve that are left to what puts things back. */
const LEFT_TO_RECOVERY = 5;

export class Journal {
  readonly #fd: number;
  readonly #home: string;

  /**
   * Throws where the file cannot be made, or is there already.
   * @param home where space is kept, see reserve.ts
   */
  constructor(path: string, home: string) {
    this.#home = home;
    this.#fd = openOwn(path, { appends: true, isFresh: true });
  }

  /** In one go. */
  write(events: readonly Event[]): void {
    const lines = events.filter(isJournaled).map((event) => `${JSON.stringify(event)}\n`);
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.join(''));
    let done = 0;
    const write = (): void => {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
    };
    inReserve(this.#home, write, LEFT_TO_RECOVERY);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
