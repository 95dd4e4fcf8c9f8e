/** Which of many cases are tried: as many as PTASK_TEST_RUNS says, or a few, spread evenly. */
import { availableParallelism } from 'node:os';

/** Of the numbers from 1 to `last`, the last one among them. */
export function sampled(last: number, few: number): number[] {
  const count = Math.min(last, Math.max(few, Number(process.env.PTASK_TEST_RUNS ?? 0)));
  return Array.from({ length: count }, (_, index) => Math.ceil(((index + 1) * last) / count));
}

/** Each step of a run once, where PTASK_TEST_STEPS is set; else as `sampled`. */
export const sampledSteps = (steps: readonly number[], last: number, few: number): readonly number[] =>
  process.env.PTASK_TEST_STEPS ? steps : sampled(last, few);

/** Several at once: most of the time somebody waits for somebody. */
export async function each<T>(cases: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
}
