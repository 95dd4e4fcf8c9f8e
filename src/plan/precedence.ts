// Who comes before whom among tasks that are taken one after the other: what is known of one that was taken is forgotten,
// but for the order that it brings into those after it. Unaware of why.

import {
  addAll,
  addSpan,
  type Bits,
  bitsOf,
  clearUpTo,
  emptyBits,
  type Span,
  setBit,
  spanOf,
} from './bits.ts';
import type { Closure } from './graph.ts';
import type { Side } from './pair-sets.ts';

/**
 * Of each task the bits of those after it and of those before it; a task without any has no bits, which is what most are
 * like. A set is never changed, so that those who have the same can share it. The one that is taken, the lowest of those
 * that are left, gains others one by one or many at once, and whatever is before it then comes before all that is after it.
 */
export class Precedence {
  readonly #after: (Span | undefined)[];
  readonly #before: (Span | undefined)[];
  /** Those that have somebody before or after them. */
  readonly entangled: Bits;
  /** Of the one that is taken. */
  readonly after: Bits;
  readonly before: Bits;
  #taken = 0;

  constructor(size: number, known: Closure) {
    this.#after = [...known.after];
    this.#before = [...known.before];
    this.entangled = emptyBits(size);
    for (let at = 0; at < size; at++) if (this.#after[at] ?? this.#before[at]) setBit(this.entangled, at);
    this.after = emptyBits(size);
    this.before = emptyBits(size);
  }

  take(task: number): void {
    this.#taken = task;
    copyAbove(this.after, this.#after[task], task);
    copyAbove(this.before, this.#before[task], task);
  }

  /** @param others one, or some with which nothing has stood before or after so far */
  put(others: number | Bits, side: Side): void {
    const [taken, sets] = side === 'second' ? [this.after, this.#after] : [this.before, this.#before];
    if (typeof others !== 'number') {
      addAll(taken, others);
      return;
    }
    setBit(taken, others);
    const more = sets[others];
    if (more !== undefined) addSpan(taken, more);
  }

  /** To be called when all is known of the one that is taken. */
  leave(): void {
    const { after, before } = this;
    clearUpTo(after, this.#taken);
    clearUpTo(before, this.#taken);
    if (!after.some(Boolean) || !before.some(Boolean)) return;
    gain(this.#after, before, after);
    gain(this.#before, after, before);
    addAll(this.entangled, after);
    addAll(this.entangled, before);
  }
}

function copyAbove(to: Bits, from: Span | undefined, above: number): void {
  to.fill(0);
  if (from === undefined) return;
  addSpan(to, from);
  clearUpTo(to, above);
}

/** Gives each of some tasks more; those that have had the same set share the new one. */
function gain(sets: (Span | undefined)[], tasks: Bits, more: Bits): void {
  const grown = new Map<Span | undefined, Span | undefined>();
  for (const task of bitsOf(tasks)) {
    const own = sets[task];
    if (!grown.has(own)) grown.set(own, own === undefined ? spanOf(more) : union(own, more));
    sets[task] = grown.get(own);
  }
}

/** The set itself where there is nothing new. */
function union(own: Span, more: Bits): Span | undefined {
  const both = more.slice();
  addSpan(both, own);
  const isSame = both.every((word, at) => word === (own.words[at - own.from] ?? 0));
  return isSame ? own : spanOf(both);
}
