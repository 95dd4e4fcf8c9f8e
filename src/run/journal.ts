// The journal of a run: one JSON document a line, on the disk before anybody else hears of the event.

import { closeSync, openSync, writeSync } from 'node:fs';
import type { Event } from '../model/event.ts';

/** Output is left out: all of it stands in the task's own file. */
export const isJournaled = ({ type }: Event): boolean =>
  type !== 'task-output' && type !== 'validation-output';

export class Journal {
  readonly #fd: number;

  /** Throws where the file cannot be made, or is there already. */
  constructor(path: string) {
    this.#fd = openSync(path, 'ax');
  }

  write(event: Event): void {
    if (isJournaled(event)) writeSync(this.#fd, `${JSON.stringify(event)}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
