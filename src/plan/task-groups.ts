// From lists that meet to the tasks that use them: pair by pair, and without an object kept for any.

import type { ListUses, OverlapRef, Overlaps, PatternOverlap } from './overlaps.ts';

/** Told of each pair of tasks that meets, in the order of declaration, `low` before `high`. */
export type VisitPair = (
  low: number,
  high: number,
  /** What the two write; what `low` writes and `high` reads; what `low` reads and `high` writes. */
  writesWrites: PatternOverlap | undefined,
  writesReads: PatternOverlap | undefined,
  readsWrites: PatternOverlap | undefined,
) => void;

type Use = ListUses['uses'][number];

const NONE = 0xffff_ffff;

/** Of each task, how it meets the one that is looked at: of several encounters of a kind the first one counts. */
class Kind {
  readonly #encounters: Uint32Array;
  readonly #own: (Use | undefined)[];
  readonly #others: (Use | undefined)[];

  constructor(tasks: number) {
    this.#encounters = new Uint32Array(tasks).fill(NONE);
    this.#own = new Array(tasks).fill(undefined);
    this.#others = this.#own.slice();
  }

  offer(encounter: OverlapRef, own: Use, other: Use): void {
    if ((this.#encounters[other.task] as number) <= encounter) return;
    this.#encounters[other.task] = encounter;
    this.#own[other.task] = own;
    this.#others[other.task] = other;
  }

  take(task: number, spelling: Spelling): PatternOverlap | undefined {
    const encounter = this.#encounters[task] as number;
    if (encounter === NONE) return undefined;
    this.#encounters[task] = NONE;
    return spelling.of(encounter, this.#own[task] as Use, this.#others[task] as Use);
  }
}

export function forEachPair(tasks: number, met: Overlaps, visit: VisitPair): void {
  const uses: { list: number; use: Use }[][] = Array.from({ length: tasks }, () => []);
  for (const [list, each] of met.lists.entries())
    for (const use of each.uses) uses[use.task]?.push({ list, use });
  const [writesWrites, writesReads, readsWrites] = [new Kind(tasks), new Kind(tasks), new Kind(tasks)];
  const spelling = new Spelling(met);
  const seen = new Uint8Array(tasks);
  for (const [low, own] of uses.entries()) {
    const highs: number[] = [];
    for (const { list, use } of own) {
      for (const encounter of met.of(list)) {
        const others = met.other(encounter).uses;
        for (let at = firstAbove(others, low); at < others.length; at++) {
          const other = others[at] as Use;
          if (use.access === 'reads' && other.access === 'reads') continue;
          const kind =
            use.access === 'reads' ? readsWrites : other.access === 'reads' ? writesReads : writesWrites;
          kind.offer(encounter, use, other);
          if (seen[other.task] === 1) continue;
          seen[other.task] = 1;
          highs.push(other.task);
        }
      }
    }
    for (const high of highs.sort((one, two) => one - two)) {
      seen[high] = 0;
      visit(
        low,
        high,
        writesWrites.take(high, spelling),
        writesReads.take(high, spelling),
        readsWrites.take(high, spelling),
      );
    }
  }
}

/** Where the first use stands by a task that comes after this one. */
function firstAbove(uses: readonly Use[], task: number): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle] as Use).task <= task) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Encounters as meetings of two tasks, with the patterns as these have them: one object for all that have them alike. */
class Spelling {
  readonly #met: Overlaps;
  readonly #known = new Map<OverlapRef | string, PatternOverlap>();

  constructor(met: Overlaps) {
    this.#met = met;
  }

  of(encounter: OverlapRef, own: Use, other: Use): PatternOverlap {
    const met = this.#met;
    const [list, others] = [met.own(encounter), met.other(encounter)];
    const [mine, theirs] = met.patterns(encounter);
    const patterns: [string, string] = [own.written[mine] as string, other.written[theirs] as string];
    const contact = met.contact(encounter);
    if (list.uses.length + others.uses.length === 2) return { patterns, ...contact, isSingle: true };
    const isAsListed = own.written === list.list && other.written === others.list;
    const key = isAsListed ? encounter : `${encounter}\0${patterns.join('\0')}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = { patterns, ...contact };
      this.#known.set(key, known);
    }
    return known;
  }
}

const otherWay = new WeakMap<PatternOverlap, PatternOverlap>();

/** The same meeting seen from the other task. */
export function flipped(meeting: PatternOverlap): PatternOverlap {
  const known = otherWay.get(meeting);
  if (known !== undefined) return known;
  const flip: PatternOverlap = { ...meeting, patterns: [meeting.patterns[1], meeting.patterns[0]] };
  if (meeting.isSingle) return flip;
  otherWay.set(meeting, flip);
  otherWay.set(flip, meeting);
  return flip;
}
