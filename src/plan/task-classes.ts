// Tasks that declare the same: what is true of one of them in regard to files is true of all, but for what they need.

import type { Task } from '../config/config.ts';
import { type Bits, emptyBits, setBit } from './bits.ts';

export interface TaskClass {
  /** The first of them, for all. */
  task: Task;
  /** Their numbers, ascending. */
  members: number[];
  first: number;
  last: number;
}

export class TaskClasses {
  /** How many. */
  readonly tasks: number;
  readonly all: readonly TaskClass[];
  readonly #of: Uint32Array;
  readonly #bits = new Map<TaskClass, Bits>();

  constructor(tasks: readonly Task[]) {
    this.tasks = tasks.length;
    this.#of = new Uint32Array(tasks.length);
    const classes = new Map<string, TaskClass & { number: number }>();
    for (const [at, task] of tasks.entries()) {
      const { writes, reads, conflicts, snapshotReads, workspace } = task;
      const key = JSON.stringify([writes, reads, conflicts, snapshotReads, workspace]);
      let known = classes.get(key);
      if (known === undefined) {
        known = { task, members: [], first: at, last: at, number: classes.size };
        classes.set(key, known);
      }
      known.members.push(at);
      known.last = at;
      this.#of[at] = known.number;
    }
    this.all = [...classes.values()];
  }

  numberOf(task: number): number {
    return this.#of[task] as number;
  }

  of(task: number): TaskClass {
    return this.all[this.numberOf(task)] as TaskClass;
  }

  bitsOf(one: TaskClass): Bits {
    let bits = this.#bits.get(one);
    if (bits === undefined) {
      bits = emptyBits(this.#of.length);
      for (const member of one.members) setBit(bits, member);
      this.#bits.set(one, bits);
    }
    return bits;
  }
}
