// Who waits for whom, group by group: each of some waits for all of some others, or each of a row for all before it. Unaware
// of tasks; costs as much as there are members, not as there are pairs.

export class OrderGroup<N> {
  /** What is waited for; of a row all. */
  readonly firsts: readonly N[];
  readonly #seconds: readonly N[] | undefined;
  readonly #over = new Set<N>();
  /** So many at the beginning of what is waited for are over. */
  #front = 0;

  /** @param members two lists: each of the second waits for all of the first; one: each waits for all before it */
  constructor([firsts = [], seconds]: readonly (readonly N[])[]) {
    this.firsts = firsts;
    this.#seconds = seconds;
  }

  /** The same, with nothing over. */
  fresh(): OrderGroup<N> {
    return new OrderGroup(this.#seconds === undefined ? [this.firsts] : [this.firsts, this.#seconds]);
  }

  /** Those that wait. */
  get seconds(): readonly N[] {
    return this.#seconds ?? this.firsts.slice(1);
  }

  /** Those that wait for this one. */
  after(first: N): readonly N[] {
    return this.#seconds ?? this.firsts.slice(this.firsts.indexOf(first) + 1);
  }

  /** One that is waited for is over; gives those that now wait for none any more. */
  end(first: N): readonly N[] {
    this.#over.add(first);
    const from = this.#front;
    while (this.#front < this.firsts.length && this.#over.has(this.firsts[this.#front] as N)) this.#front++;
    if (this.#seconds === undefined) return this.firsts.slice(from + 1, this.#front + 1);
    return this.#front === this.firsts.length && from < this.#front ? this.#seconds : [];
  }
}

/** The groups by their members. */
export function groupsBy<N, G extends OrderGroup<N>>(
  groups: readonly G[],
  membersOf: (group: G) => readonly N[],
): (member: N) => readonly G[] {
  const found = new Map<N, G[]>();
  for (const group of groups)
    for (const member of new Set(membersOf(group))) {
      const known = found.get(member);
      if (known) known.push(group);
      else found.set(member, [group]);
    }
  return (member) => found.get(member) ?? [];
}
