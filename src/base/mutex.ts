// One thing at a time: what is asked for meanwhile waits for its turn, in order.

export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  /** Starts the work once all that was asked for before is over, however it ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }
}
