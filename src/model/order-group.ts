// Who waits for whom, group by group: costs as much as there are members, not as there are pairs. Unaware of tasks.

/**
 * One list: every two of its members, the earlier one first. Several: each member of the first, third, … list with each of
 * every later second, fourth, … one.
 */
export type PairLists<N> = readonly (readonly N[])[];

/** What a member is in the pairs: waited for, waiting, or both. */
const [FIRST, SECOND] = [1, 2] as const;

/** The largest of the values that those told which are waited for. */
export interface Most<N> {
  value: number;
  of: N;
}

/** One that waits for none any more. */
export interface Freed<N> {
  node: N;
  most: Most<N>;
}

export class OrderGroup<N> {
  /** Each stands after all that it waits for, and waits for all firsts before it. */
  readonly #members: readonly N[];
  readonly #roles: readonly number[];
  #countsBefore: { firsts: number[]; seconds: number[] } | undefined;
  readonly #places: [firsts?: Map<N, number>, seconds?: Map<N, number>] = [];
  /** By place, what those told that are over. */
  readonly #told: number[] = [];
  /** Where the first one stands that is waited for and not over. */
  #front: number;
  #most: Most<N> | undefined;

  constructor(lists: PairLists<N>, roles?: readonly number[]) {
    this.#members = lists.flat();
    this.#roles = roles ?? rolesOf(lists);
    this.#front = this.#roles.findIndex((role) => (role & FIRST) !== 0);
  }

  /** The same, with nothing over. */
  fresh(): OrderGroup<N> {
    return new OrderGroup([this.#members], this.#roles);
  }

  /** Each pair the other way round. */
  reversed(): OrderGroup<N> {
    const swapped = [0, SECOND, FIRST, FIRST | SECOND];
    const roles = this.#roles.map((role) => swapped[role] as number);
    return new OrderGroup([this.#members.toReversed()], roles.reverse());
  }

  /** Without the pairs that begin with this one. */
  without(first: N): OrderGroup<N> {
    const at = this.#placeOf(first, FIRST);
    if (at === undefined) return this.fresh();
    return new OrderGroup([this.#members], this.#roles.with(at, (this.#roles[at] as number) & SECOND));
  }

  /** How many pairs there are. */
  get size(): number {
    let [firsts, pairs] = [0, 0];
    for (const role of this.#roles) {
      if ((role & SECOND) !== 0) pairs += firsts;
      if ((role & FIRST) !== 0) firsts++;
    }
    return pairs;
  }

  /** Those that are waited for. */
  get firsts(): N[] {
    const end = this.#roles.findLastIndex((role) => (role & SECOND) !== 0);
    return [...this.#between(-1, end, FIRST)];
  }

  /** Those that wait. */
  get seconds(): N[] {
    const start = this.#roles.findIndex((role) => (role & FIRST) !== 0);
    return start < 0 ? [] : [...this.#between(start, this.#members.length, SECOND)];
  }

  /** Those that wait for this one. */
  after(first: N): Iterable<N> {
    const at = this.#placeOf(first, FIRST);
    return at === undefined ? [] : this.#between(at, this.#members.length, SECOND);
  }

  /** Those that this one waits for. */
  before(second: N): Iterable<N> {
    return this.#between(-1, this.#placeOf(second, SECOND) ?? 0, FIRST);
  }

  /** Those that are in a pair with this one. */
  *partners(node: N): Generator<N> {
    yield* this.before(node);
    yield* this.after(node);
  }

  has(first: N, second: N): boolean {
    const [at, other] = [this.#placeOf(first, FIRST), this.#placeOf(second, SECOND)];
    return at !== undefined && other !== undefined && at < other;
  }

  *pairs(): Generator<[first: N, second: N]> {
    for (const first of this.firsts) for (const second of this.after(first)) yield [first, second];
  }

  /** Where one stands that is waited for, and those that wait there between two places. */
  placeOf(first: N): number | undefined {
    return this.#placeOf(first, FIRST);
  }

  secondsBetween(after: number, end: number): Iterable<N> {
    return this.#between(after, Math.min(end, this.#members.length), SECOND);
  }

  /** Of each that waits the largest value of those that it waits for, where one has any, and the largest but that one. */
  *mostBefore(value: (first: N) => number | undefined): Generator<Freed<N> & { next: number }> {
    let most: Most<N> | undefined;
    let next = 0;
    for (const [at, node] of this.#members.entries()) {
      const role = this.#roles[at] as number;
      if ((role & SECOND) !== 0 && most !== undefined) yield { node, most, next };
      const told = (role & FIRST) !== 0 ? value(node) : undefined;
      if (told === undefined) continue;
      if (most === undefined || told > most.value) {
        next = most?.value ?? next;
        most = { value: told, of: node };
      } else next = Math.max(next, told);
    }
  }

  /** How many one waits for. */
  countBefore(second: N): number {
    return this.#counts().firsts[this.#placeOf(second, SECOND) ?? 0] as number;
  }

  /** In how many pairs one is. */
  degree(node: N): number {
    const first = this.#placeOf(node, FIRST);
    const { seconds } = this.#counts();
    const after = first === undefined ? 0 : (seconds.at(-1) as number) - (seconds[first + 1] as number);
    return after + this.countBefore(node);
  }

  /** By place, how many of a role stand before it. */
  #counts(): { firsts: number[]; seconds: number[] } {
    this.#countsBefore ??= { firsts: countsOf(this.#roles, FIRST), seconds: countsOf(this.#roles, SECOND) };
    return this.#countsBefore;
  }

  /** One that is waited for is over, and tells a value; gives those that now wait for none any more. */
  end(first: N, value = 0): Freed<N>[] {
    const freed: Freed<N>[] = [];
    const at = this.#placeOf(first, FIRST);
    if (at === undefined) return freed;
    this.#told[at] = value;
    if (at !== this.#front) return freed;
    const size = this.#members.length;
    for (let told: number | undefined = value; told !== undefined; told = this.#told[this.#front]) {
      const of = this.#members[this.#front] as N;
      if (this.#most === undefined || told > this.#most.value) this.#most = { value: told, of };
      for (this.#front++; this.#front < size; this.#front++) {
        const role = this.#roles[this.#front] as number;
        if ((role & SECOND) !== 0) freed.push({ node: this.#members[this.#front] as N, most: this.#most });
        if ((role & FIRST) !== 0) break;
      }
    }
    return freed;
  }

  *#between(after: number, end: number, role: 1 | 2): Generator<N> {
    for (let at = after + 1; at < end; at++)
      if (((this.#roles[at] as number) & role) !== 0) yield this.#members[at] as N;
  }

  #placeOf(node: N, role: 1 | 2): number | undefined {
    let places = this.#places[role - 1];
    if (places === undefined) {
      places = new Map();
      for (const [at, member] of this.#members.entries())
        if (((this.#roles[at] as number) & role) !== 0) places.set(member, at);
      this.#places[role - 1] = places;
    }
    return places.get(node);
  }
}

function rolesOf<N>(lists: PairLists<N>): number[] {
  if (lists.length === 1) return lists.flat().map(() => FIRST | SECOND);
  return lists.flatMap((list, at) => list.map(() => (at % 2 === 0 ? FIRST : SECOND)));
}

function countsOf(roles: readonly number[], role: 1 | 2): number[] {
  const counts = [0];
  for (const [at, each] of roles.entries())
    counts.push((counts[at] as number) + ((each & role) === 0 ? 0 : 1));
  return counts;
}

/** The groups by their members. */
export function groupsBy<N>(
  groups: readonly OrderGroup<N>[],
  membersOf: (group: OrderGroup<N>) => readonly N[],
): (member: N) => readonly OrderGroup<N>[] {
  const found = new Map<N, OrderGroup<N>[]>();
  for (const group of groups)
    for (const member of new Set(membersOf(group))) {
      const known = found.get(member);
      if (known) known.push(group);
      else found.set(member, [group]);
    }
  return (member) => found.get(member) ?? [];
}

/** Where nodes wait that may be visited. */
export interface Queue<N> {
  push(node: N): void;
  next(): N | undefined;
}

/**
 * Visits each after all that it waits for, with the largest value that one of them told; what it tells itself may differ
 * from group to group. The groups make no circle. Kahn's algorithm.
 */
export function inOrder<N>(
  nodes: Iterable<N>,
  groups: readonly OrderGroup<N>[],
  visit: (node: N, most: Most<N> | undefined) => (group: number) => number,
  ready: Queue<N> = firstInFirstOut(),
): void {
  const fresh = groups.map((group) => group.fresh());
  const numbers = new Map(fresh.map((group, at) => [group, at]));
  const after = groupsBy(fresh, ({ firsts }) => firsts);
  const waits = new Map<N, number>();
  for (const { seconds } of fresh) for (const node of seconds) waits.set(node, (waits.get(node) ?? 0) + 1);
  const best = new Map<N, Most<N>>();
  for (const node of nodes) if (!waits.has(node)) ready.push(node);
  for (let node = ready.next(); node !== undefined; node = ready.next()) {
    const tell = visit(node, best.get(node));
    for (const group of after(node))
      for (const { node: next, most } of group.end(node, tell(numbers.get(group) as number))) {
        const known = best.get(next);
        if (known === undefined || most.value > known.value) best.set(next, most);
        const left = (waits.get(next) as number) - 1;
        waits.set(next, left);
        if (left === 0) ready.push(next);
      }
  }
}

function firstInFirstOut<N>(): Queue<N> {
  const nodes: N[] = [];
  let at = 0;
  return { push: (node) => nodes.push(node), next: () => nodes[at++] };
}

/**
 * All that can be reached from a node, nearest first, and by which last step. In O(members of the groups): what one of a
 * group has been followed to is not looked at again for those before it.
 */
export function reachedFrom<N>(
  from: N,
  groupsOf: (node: N) => readonly OrderGroup<N>[],
): Map<N, { from: N; by: OrderGroup<N> }> {
  const came = new Map<N, { from: N; by: OrderGroup<N> }>();
  const seenFrom = new Map<OrderGroup<N>, number>();
  const spread = (node: N): void => {
    for (const by of groupsOf(node)) {
      const [at, end] = [by.placeOf(node) ?? Infinity, seenFrom.get(by) ?? Infinity];
      if (at >= end) continue;
      seenFrom.set(by, at);
      for (const next of by.secondsBetween(at, end)) if (!came.has(next)) came.set(next, { from: node, by });
    }
  };
  spread(from);
  // A map goes on to what is added while it is gone through.
  for (const node of came.keys()) spread(node);
  return came;
}
