// Ordered pairs of numbers, by what is to be said of them, and put together to groups: every two of some, or each of some
// with each of others. Unaware of tasks.

export interface PairGroup<T> {
  label: T;
  /** One list, ascending: every two of it. Two: each of the first with each of the second. */
  members: number[][];
}

/** Pairs with one label; of the same first the seconds ascend. */
export interface Labelled<T> {
  label: T;
  firsts: number[];
  seconds: number[];
}

export class Pairs<T> {
  readonly #byLabel = new Map<T, Labelled<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Labels are the same when they are the same object. */
  add(first: number, second: number, label: T): void {
    this.#size++;
    const known = this.#byLabel.get(label);
    if (known === undefined) this.#byLabel.set(label, { label, firsts: [first], seconds: [second] });
    else {
      known.firsts.push(first);
      known.seconds.push(second);
    }
  }

  /** In the order of their first pairs. */
  labelled(): Iterable<Labelled<T>> {
    return this.#byLabel.values();
  }

  *[Symbol.iterator](): Generator<[first: number, second: number, label: T]> {
    for (const { label, firsts, seconds } of this.#byLabel.values())
      for (const [at, first] of firsts.entries()) yield [first, seconds[at] as number, label];
  }

  /** Each pair is in one of them. */
  groups(): PairGroup<T>[] {
    return [...this.#byLabel.values()].flatMap((all) =>
      membersOf(all).map((members) => ({ label: all.label, members })),
    );
  }
}

/** By its first the seconds of a pair. */
type Rows = Map<number, number[]>;

function membersOf({ firsts, seconds }: Labelled<unknown>): number[][][] {
  const rows: Rows = new Map();
  for (const [at, first] of firsts.entries()) {
    const row = rows.get(first);
    if (row === undefined) rows.set(first, [seconds[at] as number]);
    else row.push(seconds[at] as number);
  }
  const found: number[][][] = [];
  for (let clique = takeClique(rows); clique !== undefined; clique = takeClique(rows)) found.push([clique]);
  const alike = new Map<string, [number[], number[]]>();
  for (const [first, row] of rows) {
    const key = row.join();
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [[first], row]);
    else known[0].push(first);
  }
  return [...found, ...alike.values()];
}

/** Takes out of the rows all pairs of some numbers, three at least, of which every two are a pair. */
function takeClique(rows: Rows): number[] | undefined {
  const [[first, row] = [0, []]] = rows;
  const all = [first, ...row];
  const clique = all.filter((one, at) => at === 0 || hasAll(rows.get(one) ?? [], all, at + 1));
  if (clique.length < 3 || clique.some((one, at) => at > 0 && one <= (clique[at - 1] as number)))
    return undefined;
  for (const [at, one] of clique.entries()) {
    const members = new Set(clique.slice(at + 1));
    const rest = (rows.get(one) ?? []).filter((other) => !members.has(other));
    if (rest.length === 0) rows.delete(one);
    else rows.set(one, rest);
  }
  return clique;
}

/** Whether a row has all of a list from an index on; both ascend. */
function hasAll(row: readonly number[], list: readonly number[], from: number): boolean {
  let at = 0;
  for (let next = from; next < list.length; next++) {
    while (at < row.length && (row[at] as number) < (list[next] as number)) at++;
    if (row[at] !== list[next]) return false;
  }
  return true;
}
