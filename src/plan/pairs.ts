// Ordered pairs of numbers, by what is to be said of them, and put together to groups: every two of some, or each of some
// with each of others. Unaware of tasks.

export interface PairGroup<T> {
  label: T;
  /** One list, ascending: every two of it. Two: each of the first with each of the second. */
  members: number[][];
}

/** By its first, in the order in which these came, the seconds of a pair, ascending. */
type Rows = Map<number, number[]>;

export class Pairs<T> {
  readonly #byLabel = new Map<T, Rows>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Labels are the same when they are the same object. Of the same first and label the seconds ascend. */
  add(first: number, second: number, label: T): void {
    this.#size++;
    let rows = this.#byLabel.get(label);
    if (rows === undefined) {
      rows = new Map();
      this.#byLabel.set(label, rows);
    }
    const row = rows.get(first);
    if (row === undefined) rows.set(first, [second]);
    else row.push(second);
  }

  /** Label by label, in the order of their first pairs. */
  *[Symbol.iterator](): Generator<[first: number, second: number, label: T]> {
    for (const [label, rows] of this.#byLabel)
      for (const [first, row] of rows) for (const second of row) yield [first, second, label];
  }

  /** Each pair is in one of them. Afterwards nothing is left here. */
  takeGroups(): PairGroup<T>[] {
    const all = [...this.#byLabel];
    this.#byLabel.clear();
    this.#size = 0;
    return all.flatMap(([label, rows]) => membersOf(rows).map((members) => ({ label, members })));
  }
}

/** Takes the rows apart. */
function membersOf(rows: Rows): number[][][] {
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
