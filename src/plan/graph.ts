// Directed acyclic graphs over the numbers 0 … n-1. Unaware of tasks.

type Bits = Uint32Array;

/** From one node to another, in any order; what follows the two is not looked at. */
export type Arrows = Iterable<readonly [from: number, to: number, ...unknown[]]>;

const has = (bits: Bits | undefined, node: number): boolean =>
  bits !== undefined && (((bits[node >>> 5] as number) >>> (node & 31)) & 1) === 1;

/** Whether the first has what the others lack: asked of millions of edges, of which most bring nothing new. */
function hasMore(bits: Bits | undefined, others: Bits | undefined): boolean {
  if (bits === undefined) return false;
  for (let word = 0; word < bits.length; word++)
    if (((bits[word] as number) & ~(others === undefined ? 0 : (others[word] as number))) !== 0) return true;
  return false;
}

/** Those of the first that are not among the others. */
function* members(bits: Bits | undefined, others: Bits | undefined): Generator<number> {
  for (let word = 0; word < (bits?.length ?? 0); word++) {
    for (let rest = (bits?.[word] as number) & ~(others?.[word] ?? 0); rest !== 0; rest &= rest - 1) {
      yield (word << 5) + 31 - Math.clz32(rest & -rest);
    }
  }
}

/**
 * Which node can be reached from which, kept true as edges are added: for each node the bits of those below it and of
 * those above it, so that an edge costs as much as it changes and not as much as there are nodes. A node without any
 * has no bits, which is what most nodes are like.
 */
export class Reachability {
  readonly #below: (Bits | undefined)[];
  readonly #above: (Bits | undefined)[];
  readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.#below = new Array(size).fill(undefined);
    this.#above = new Array(size).fill(undefined);
  }

  /** The edges make no circle. */
  static of(size: number, edges: Arrows): Reachability {
    const reach = new Reachability(size);
    const successors = successorsOf(size, edges);
    const order = topologicalOrder(successors);
    // So that what is joined into another is complete.
    for (const from of order) for (const to of successors[from] ?? []) reach.#gain(reach.#above, to, from);
    for (const from of order.reverse())
      for (const to of successors[from] ?? []) reach.#gain(reach.#below, from, to);
    return reach;
  }

  /** A path of one edge or more. */
  has(from: number, to: number): boolean {
    return has(this.#below[from], to);
  }

  ordered(a: number, b: number): boolean {
    return this.has(a, b) || this.has(b, a);
  }

  /** The caller makes sure that `to` does not reach `from`. */
  add(from: number, to: number): void {
    if (this.has(from, to)) return;
    if (hasMore(this.#above[from], this.#above[to]))
      for (const node of members(this.#above[from], this.#above[to])) this.#gain(this.#below, node, to);
    if (hasMore(this.#below[to], this.#below[from]))
      for (const node of members(this.#below[to], this.#below[from])) this.#gain(this.#above, node, from);
    this.#gain(this.#below, from, to);
    this.#gain(this.#above, to, from);
  }

  copy(): Reachability {
    const copy = new Reachability(this.size);
    for (let node = 0; node < this.size; node++) {
      copy.#below[node] = this.#below[node]?.slice();
      copy.#above[node] = this.#above[node]?.slice();
    }
    return copy;
  }

  /** Gives a node another and all that this one has. */
  #gain(sets: (Bits | undefined)[], node: number, other: number): void {
    let own = sets[node];
    if (own === undefined) {
      own = new Uint32Array((this.size + 31) >>> 5);
      sets[node] = own;
    }
    const more = sets[other];
    if (more !== undefined) {
      for (let word = 0; word < own.length; word++)
        own[word] = (own[word] as number) | (more[word] as number);
    }
    own[other >>> 5] = (own[other >>> 5] as number) | (1 << (other & 31));
  }
}

export type Successors = readonly (readonly number[])[];

export function successorsOf(size: number, edges: Arrows): number[][] {
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

/**
 * For each node the number of edges on the longest path that leads to it. A tie counts nothing and still keeps its end
 * from standing before its beginning. Edges and ties together make no circle.
 */
export function levels(successors: Successors, ties: Successors = []): number[] {
  const level = new Array<number>(successors.length).fill(0);
  const all = ties.length === 0 ? successors : successors.map((own, at) => [...own, ...(ties[at] ?? [])]);
  for (const node of topologicalOrder(all)) {
    const own = level[node] ?? 0;
    for (const to of successors[node] ?? []) level[to] = Math.max(level[to] ?? 0, own + 1);
    for (const to of ties[node] ?? []) level[to] = Math.max(level[to] ?? 0, own);
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
