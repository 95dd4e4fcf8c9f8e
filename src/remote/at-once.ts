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
