/** Calls at once. */
const MOST_CALLS = 16;

/** Some at a time; the first that fails is thrown, and no more begin after it. */
export async function atOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let isFailed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !isFailed) {
      const item = items[next] as Item;
      next += 1;
      await work(item).catch((error: unknown) => {
        isFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_CALLS, items.length) }, lane));
}

/** What is sent at once: a line that more would fill for seconds has no room for a question meanwhile. */
const MOST_SENDING = 12;
const MOST_SENDING_BYTES = 8 * 1_024 * 1_024;

/** Lets those who send to one server wait for each other, whichever task they send for, in the order in which they came. */
export class Turns {
  readonly #waiting: { bytes: number; begin(): void }[] = [];
  #count = 0;
  #bytes = 0;

  async take<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ bytes, begin });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#count -= 1;
      this.#bytes -= bytes;
      this.#next();
    }
  }

  #next(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const isRoom = this.#count < MOST_SENDING && this.#bytes + first.bytes <= MOST_SENDING_BYTES;
      if (!isRoom && this.#count > 0) return;
      this.#waiting.shift();
      this.#count += 1;
      this.#bytes += first.bytes;
      first.begin();
    }
  }
}
