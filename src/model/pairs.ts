// Ordered pairs of numbers of which many have the same to say, kept as runs: what a thousand tasks that write one file
// have with each other takes a thousand runs and not half a million objects. Unaware of tasks.

/** Pairs in a row with one and the same label, of which one side stays and the other goes up by even steps. */
export interface Run<T> {
  label: T;
  first: number;
  second: number;
  /** Added to `second` from pair to pair; taken from `first` where it is below 0. */
  step: number;
  count: number;
}

const firstAt = ({ first, step }: Run<unknown>, at: number): number => (step < 0 ? first - step * at : first);
const secondAt = ({ second, step }: Run<unknown>, at: number): number =>
  step > 0 ? second + step * at : second;

/** The first `count` pairs of a run. */
export function* pairsOf(run: Run<unknown>, count = run.count): Generator<[first: number, second: number]> {
  for (let at = 0; at < count; at++) yield [firstAt(run, at), secondAt(run, at)];
}

export class Pairs<T> {
  readonly #runs: Run<T>[] = [];
  #size = 0;
  /** The runs by the side that stays. */
  #byPivot: Map<number, Run<T>[]> | undefined;

  get size(): number {
    return this.#size;
  }

  get runs(): readonly Run<T>[] {
    return this.#runs;
  }

  /** Labels are the same when they are the same object. */
  add(first: number, second: number, label: T): void {
    this.#size++;
    this.#byPivot = undefined;
    const last = this.#runs.at(-1);
    if (last?.label === label && continues(last, first, second)) {
      if (last.count === 1) last.step = last.first === first ? second - last.second : last.first - first;
      last.count++;
    } else this.#runs.push({ label, first, second, step: 0, count: 1 });
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<[first: number, second: number, label: T]> {
    for (const run of this.#runs)
      for (const [first, second] of pairsOf(run)) yield [first, second, run.label];
  }

  /** Those of two numbers, whichever is the first. */
  between(a: number, b: number): { first: number; second: number; label: T }[] {
    if (this.#byPivot === undefined) {
      this.#byPivot = new Map();
      for (const run of this.#runs) {
        const pivot = run.step < 0 ? run.second : run.first;
        const known = this.#byPivot.get(pivot);
        if (known) known.push(run);
        else this.#byPivot.set(pivot, [run]);
      }
    }
    const runs = [...(this.#byPivot.get(a) ?? []), ...(this.#byPivot.get(b) ?? [])];
    return runs.flatMap((run) => {
      if (has(run, a, b)) return [{ first: a, second: b, label: run.label }];
      return has(run, b, a) ? [{ first: b, second: a, label: run.label }] : [];
    });
  }
}

function continues(run: Run<unknown>, first: number, second: number): boolean {
  if (run.count > 1) return firstAt(run, run.count) === first && secondAt(run, run.count) === second;
  return (run.first === first && second > run.second) || (run.second === second && first > run.first);
}

function has(run: Run<unknown>, first: number, second: number): boolean {
  const at =
    run.step === 0 ? 0 : run.step > 0 ? (second - run.second) / run.step : (first - run.first) / -run.step;
  const within = Number.isInteger(at) && at >= 0 && at < run.count;
  return within && firstAt(run, at) === first && secondAt(run, at) === second;
}
