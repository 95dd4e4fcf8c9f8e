// Which lists meet, as numbers: thousands of lists that are all near each other meet millions of times, and most of these
// meetings have the same to say. Unaware of how it is found out.

import type { PatternList } from './patterns/index.ts';

export type Access = 'reads' | 'writes';

/** Two lists that meet, with the pattern of each that does. */
export interface PatternOverlap extends ListOverlap {
  patterns: [string, string];
}

/** What is said of a meeting besides the patterns. */
export interface ListOverlap {
  witness?: string;
  exact: boolean;
  reason?: string;
  /** The files of today that both match: how many, and the first of them. */
  files: { count: number; sample: string[] };
  /** No common path: a file to the one, a folder to the other. */
  clash?: { file: string; below: string };
}

export interface Use {
  /** The number of a class of tasks. */
  by: number;
  access: Access;
  /** The patterns of the list as the config has them. */
  written: readonly string[];
}

export interface ListUses {
  list: PatternList;
  /** False: it matches more than its tasks' lists do. */
  exact: boolean;
  /** By class, ascending. */
  uses: Use[];
}

/** A meeting seen from one of its lists. */
export type OverlapRef = number;

const isFromSecond = (ref: OverlapRef): boolean => (ref & 1) === 1;
const meetingOf = (ref: OverlapRef): number => ref >>> 1;

const CELLS = 5;

export class Overlaps {
  readonly lists: readonly ListUses[];
  readonly #contacts: ListOverlap[] = [];
  readonly #numbers = new Map<string, number>();
  /** Of the contact that came last, which often comes again. */
  #last: { contact: ListOverlap; number: number } | undefined;
  /** By meeting: the two lists, the pattern of each that meets, and the contact. */
  readonly #cells: number[] = [];
  readonly #byList: OverlapRef[][];
  readonly #overlaps = new Map<string, PatternOverlap>();

  constructor(lists: readonly ListUses[]) {
    this.lists = lists;
    this.#byList = lists.map(() => []);
  }

  /** @param patterns as indexes into the two lists; which may be one list that several tasks use */
  add(first: number, second: number, patterns: readonly [number, number], contact: ListOverlap): void {
    const meeting = this.#cells.length / CELLS;
    this.#cells.push(first, second, ...patterns, this.#numberOf(contact));
    this.#byList[first]?.push(2 * meeting);
    if (first !== second) this.#byList[second]?.push(2 * meeting + 1);
  }

  /** All that a list meets. */
  of(list: number): readonly OverlapRef[] {
    return this.#byList[list] ?? [];
  }

  /** The list that is met. */
  other(ref: OverlapRef): ListUses {
    return this.lists[this.#cell(ref, isFromSecond(ref) ? 0 : 1)] as ListUses;
  }

  /** The lower, the more its word counts: first what is known for certain, then what was added first. */
  rank(ref: OverlapRef): number {
    return this.#contacts[this.#cell(ref, 4)]?.exact === true ? ref : 2 ** 40 + ref;
  }

  /** With the patterns as two tasks have them: one object for all that have them alike. */
  between(ref: OverlapRef, own: Use, other: Use, inFront: 'own' | 'other' = 'own'): PatternOverlap {
    const [mine, theirs] = isFromSecond(ref) ? [3, 2] : [2, 3];
    const patterns: [string, string] = [
      own.written[this.#cell(ref, mine)] as string,
      other.written[this.#cell(ref, theirs)] as string,
    ];
    if (inFront === 'other') patterns.reverse();
    const contact = this.#cell(ref, 4);
    const key = `${contact} ${patterns.join('\0')}`;
    let known = this.#overlaps.get(key);
    if (known === undefined) {
      known = { patterns, ...(this.#contacts[contact] as ListOverlap) };
      this.#overlaps.set(key, known);
    }
    return known;
  }

  #cell(ref: OverlapRef, cell: number): number {
    return this.#cells[meetingOf(ref) * CELLS + cell] as number;
  }

  #numberOf(contact: ListOverlap): number {
    if (this.#last?.contact === contact) return this.#last.number;
    const { witness, exact, reason, files, clash } = contact;
    const here = files.count === 0 && !clash ? '' : JSON.stringify([files, clash]);
    const key = `${exact} ${here} ${witness}\0${reason}`;
    const number = this.#numbers.get(key) ?? this.#contacts.push(contact) - 1;
    this.#numbers.set(key, number);
    this.#last = { contact, number };
    return number;
  }
}
