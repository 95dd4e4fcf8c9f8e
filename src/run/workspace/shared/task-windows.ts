// When each task ran, so that a change can be said to be of those that ran then. Unaware of what changes.

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { millisecondsOf } from '../../../base/look.ts';
import type { Task } from '../../../config/config.ts';

export interface TaskWindow {
  task: Task;
  /** Whether it works in the shared tree, and not in a worktree. */
  isShared: boolean;
  covers(path: string): boolean;
  /** Milliseconds since 1970, by the clock of the file system. */
  from: number;
  to: number;
}

export class TaskWindows {
  readonly all: TaskWindow[] = [];
  readonly #scratch: string;
  /** A file that is open: writing to it tells the time. */
  #clock: number | undefined;

  /** @param scratch a folder of ours, best on the disk of the tree */
  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  /** The task begins; call what comes back when it is over. @param covers whether a path is one that it is to change */
  begin(task: Task, isShared: boolean, covers: TaskWindow['covers']): () => void {
    const window: TaskWindow = { task, isShared, covers, from: this.now(), to: Number.POSITIVE_INFINITY };
    this.all.push(window);
    return () => {
      window.to = this.now();
    };
  }

  get isAnyOpen(): boolean {
    return this.all.some(({ to }) => to === Number.POSITIVE_INFINITY);
  }

  /** By the clock of the file system, which goes in steps of some milliseconds and may be another machine's. */
  now(): number {
    try {
      this.#clock ??= openSync(join(this.#scratch, 'clock'), 'w');
      writeSync(this.#clock, '.', 0);
      return millisecondsOf(fstatSync(this.#clock, { bigint: true }).mtimeNs);
    } catch {
      // A disk that is full tells no time.
      return Date.now();
    }
  }

  /** Nobody asks for the time any more. */
  close(): void {
    if (this.#clock !== undefined) closeSync(this.#clock);
    this.#clock = undefined;
  }

  during(time: number): TaskWindow[] {
    const found = this.all.filter(({ from, to }) => time >= from && time <= to);
    // One ended and another began within the same step of the clock: it is the one that begins that works.
    const begun = found.some(({ from }) => from === time);
    return begun ? found.filter(({ to }) => to > time) : found;
  }

  /** Those that ran at some time after the first moment, up to the second. */
  between(after: number, until: number): TaskWindow[] {
    return this.all.filter(({ from, to }) => from <= until && to > after);
  }
}
