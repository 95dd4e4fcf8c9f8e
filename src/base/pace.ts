// Long work in slices, so that the event loop gets its turn: output is read, Ctrl-C is heard.

import { setImmediate } from 'node:timers/promises';
import { elapsed } from './elapsed.ts';

/** Milliseconds. */
const SLICE = 20;

export class Pace {
  #since = elapsed();

  /** Asked before each piece of work; a promise only when it is time to let others have a turn. */
  turn(): Promise<void> | undefined {
    if (elapsed() - this.#since < SLICE) return undefined;
    return setImmediate().then(() => {
      this.#since = elapsed();
    });
  }
}
