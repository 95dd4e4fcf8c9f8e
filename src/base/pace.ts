// Long work in slices, so that the event loop gets its turn: output is read, Ctrl-C is heard.

import { setImmediate } from 'node:timers/promises';

/** Milliseconds. */
const SLICE = 20;

export class Pace {
  #since = performance.now();

  /** Asked before each piece of work; a promise only when it is time to let others have a turn. */
  turn(): Promise<void> | undefined {
    if (performance.now() - this.#since < SLICE) return undefined;
    return setImmediate().then(() => {
      this.#since = performance.now();
    });
  }
}
