// The journal of a run: one JSON document a line, on the disk before anybody else hears of the event.

import { closeSync, writeSync } from 'node:fs';
import { openOwn } from '../../base/own-files.ts';
import { inReserve } from '../../base/reserve.ts';
import type { Event } from '../../model/event.ts';
import { isJournaled, MOST_CONFLICTS } from '../../model/journal.ts';
import { planPairs } from '../../model/plan-pairs.ts';

function written(event: Event): Event {
  if (event.type !== 'run-started') return event;
  const count = planPairs(event.plan).conflicts.size;
  if (count <= MOST_CONFLICTS) return event;
  const { schemaVersion, strategy, phases, tasks, edges, exclusions, notes } = event.plan;
  const plan = { schemaVersion, strategy, phases, tasks, edges, exclusions, conflicts: [], notes };
  return { ...event, plan, conflictsLeftOut: count };
}

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

  write(event: Event): void {
    if (!isJournaled(event)) return;
    const bytes = Buffer.from(`${JSON.stringify(written(event))}\n`);
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
