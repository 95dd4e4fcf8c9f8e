/** Which of many cases are tried: all of them with PTASK_TEST_RUNS, else some that are spread evenly. */
import { availableParallelism } from 'node:os';

/** Of the numbers from 1 to `last`, the last one among them. */
export function sampled(last: number, few: number): number[] {
  const all = Array.from({ length: last }, (_, index) => index + 1);
  if (process.env.PTASK_TEST_RUNS !== undefined || few >= last) return all;
  // Not in step with what comes again every so many calls.
  return Array.from({ length: few }, (_, index) => Math.ceil(((index + 1) * last) / few));
}

/** Several at once: most of the time somebody waits for somebody. */
export async function each<T>(cases: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
}
