// Directed acyclic graphs over the numbers 0 … n-1. Unaware of tasks.

/** Which node can be reached from which, kept true as edges are added: a row of bits for each node. */
export class Reachability {
  readonly #rows: Uint32Array[];
  readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.#rows = Array.from({ length: size }, () => new Uint32Array((size + 31) >>> 5));
  }

  /** A path of one edge or more. */
  has(from: number, to: number): boolean {
    return (((this.#rows[from]?.[to >>> 5] ?? 0) >>> (to & 31)) & 1) === 1;
  }

  ordered(a: number, b: number): boolean {
    return this.has(a, b) || this.has(b, a);
  }

  /** The caller makes sure that `to` does not reach `from`. */
  add(from: number, to: number): void {
    if (this.has(from, to)) return;
    const below = this.#rows[to] as Uint32Array;
    for (let node = 0; node < this.size; node++) {
      if (node !== from && !this.has(node, from)) continue;
      const row = this.#rows[node] as Uint32Array;
      for (let word = 0; word < row.length; word++)
        row[word] = (row[word] as number) | (below[word] as number);
      row[to >>> 5] = (row[to >>> 5] as number) | (1 << (to & 31));
    }
  }

  /** Gives `from` the edges to all of `targets`, whose own rows are complete and from which nothing leads to it. */
  join(from: number, targets: readonly number[]): void {
    const row = this.#rows[from] as Uint32Array;
    for (const to of targets) {
      const below = this.#rows[to] as Uint32Array;
      for (let word = 0; word < row.length; word++)
        row[word] = (row[word] as number) | (below[word] as number);
      row[to >>> 5] = (row[to >>> 5] as number) | (1 << (to & 31));
    }
  }

  copy(): Reachability {
    const copy = new Reachability(this.size);
    for (const [node, row] of this.#rows.entries()) copy.#rows[node]?.set(row);
    return copy;
  }
}

export type Successors = readonly (readonly number[])[];

export function successorsOf(size: number, edges: Iterable<readonly [number, number]>): number[][] {
  const successors: number[][] = Array.from({ length: size }, () => []);
  for (const [from, to] of edges) successors[from]?.push(to);
  return successors;
}

/** The topological order that takes the smallest number first wherever there is a choice. Kahn's algorithm. */
export function topologicalOrder(successors: Successors): number[] {
  const waiting = new Array<number>(successors.length).fill(0);
  for (const targets of successors) for (const to of targets) waiting[to] = (waiting[to] ?? 0) + 1;
  const ready = new MinHeap();
  for (const [node, count] of waiting.entries()) if (count === 0) ready.push(node);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const to of successors[node] ?? []) {
      waiting[to] = (waiting[to] ?? 0) - 1;
      if (waiting[to] === 0) ready.push(to);
    }
  }
  return order;
}

/** For each node the number of edges on the longest path that leads to it. */
export function levels(successors: Successors): number[] {
  const level = new Array<number>(successors.length).fill(0);
  for (const node of topologicalOrder(successors)) {
    for (const to of successors[node] ?? []) level[to] = Math.max(level[to] ?? 0, (level[node] ?? 0) + 1);
  }
  return level;
}

/** A binary heap of numbers, smallest first. */
class MinHeap {
  readonly #items: number[] = [];

  push(value: number): void {
    const items = this.#items;
    let at = items.push(value) - 1;
    for (let up = (at - 1) >> 1; at > 0 && (items[up] as number) > value; up = (at - 1) >> 1) {
      items[at] = items[up] as number;
      at = up;
    }
    items[at] = value;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down + 1 < items.length && (items[down + 1] as number) < (items[down] as number)) down++;
      if (down >= items.length || (items[down] as number) >= last) break;
      items[at] = items[down] as number;
      at = down;
    }
    items[at] = last;
    return top;
  }
}
