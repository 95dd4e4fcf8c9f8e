// Which tasks break a check, found by asking whether it fails with some of them: a binary search over the order in which
// they were integrated, and where the task found does not break it alone, one after another for those that it breaks it with.
// It is the search of delta debugging where the set to be found is small (A. Zeller, "Yesterday, my program worked. Today,
// it does not. Why?", ESEC/FSE 1999). Asks about log2(n) times for each task that it names. Pure but for what it asks.

/** `inapplicable`: without other tasks their changes do not fit together, or the check cannot be run. Nothing can be said then. */
export type Verdict = 'fails' | 'passes' | 'inapplicable';

export interface Search {
  /** Tasks are told by their place in the order, from 0. */
  count: number;
  /** Those that the task was done upon, so that it cannot be looked at without them. */
  groundsOf(task: number): readonly number[];
  /** Runs the check with these tasks, in their order. Throws to give up. */
  ask(tasks: readonly number[]): Promise<Verdict>;
}

export type Found =
  | { status: 'found'; tasks: number[] }
  | { status: 'broken-before' }
  | { status: 'not-reproduced'; reason?: string };

/** Takes it that what breaks the check goes on breaking it when more tasks are there. */
export async function findCulprits({ count, groundsOf, ask }: Search): Promise<Found> {
  const known = new Map<string, Verdict>();
  const fails = async (tasks: readonly number[]): Promise<boolean> => {
    const key = tasks.join();
    const verdict = known.get(key) ?? (await ask(tasks));
    known.set(key, verdict);
    return verdict === 'fails';
  };
  const first = (length: number): number[] => Array.from({ length }, (_, task) => task);
  const together = (length: number, culprits: readonly number[]): number[] =>
    [...new Set([...first(length), ...culprits, ...culprits.flatMap(groundsOf)])].sort((a, b) => a - b);

  if (!(await fails(first(count)))) return { status: 'not-reproduced' };
  if (await fails([])) return { status: 'broken-before' };
  let length = await smallest(count, (length) => fails(first(length)));
  // What the answer stands on is asked a second time: a check that fails now and then would accuse anybody.
  const isSure = (await ask(first(length))) === 'fails' && (await ask(first(length - 1))) === 'passes';
  if (!isSure) return { status: 'not-reproduced', reason: CHANGING };
  const culprits = [length - 1];
  while (!(await fails(together(0, culprits)))) {
    // With the first `length - 1` it fails, with none of them it does not.
    length = await smallest(length - 1, (length) => fails(together(length, culprits)));
    culprits.push(length - 1);
  }
  return { status: 'found', tasks: culprits.sort((a, b) => a - b) };
}

const CHANGING = 'with the same tasks it fails one time and passes another';

/** From 1 to `most`, of which it is known that it holds; of 0 that it does not. */
async function smallest(most: number, holds: (length: number) => Promise<boolean>): Promise<number> {
  let [below, above] = [0, most];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (await holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}
