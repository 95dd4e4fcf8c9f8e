// Which lists meet, as numbers: thousands of lists that are all near each other meet millions of times, and most of these
// meetings have the same to say. Unaware of how it is found out.

import type { PatternList } from './patterns/index.ts';
import { Columns } from './uint32-table.ts';

export type Access = 'reads' | 'writes';

/** Two lists that meet, with the pattern of each that does. */
export interface PatternOverlap extends ListOverlap {
  patterns: [string, string];
  /** No other two tasks meet just like this, so what is made of it is not wanted again. */
  isSingle?: true;
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

interface Use {
  task: number;
  access: Access;
  /** The patterns of the list as the config has them. */
  written: readonly string[];
}

export interface ListUses {
  list: PatternList;
  /** False: it matches more than its tasks' lists do. */
  exact: boolean;
  /** By task, ascending. */
  uses: Use[];
}

/** A meeting seen from one of its lists; the lower the number, the more its word counts. */
export type OverlapRef = number;

const isFromSecond = (encounter: OverlapRef): boolean => (encounter & 1) === 1;

export class Overlaps {
  readonly lists: readonly ListUses[];
  readonly #contacts: ListOverlap[] = [];
  readonly #known = new Map<string, number>();
  /** Of the contact that came last, which often comes again. */
  #last: { contact: ListOverlap; number: number } | undefined;
  /** By meeting: the two lists, the pattern of each that meets, and the contact. */
  readonly #columns = new Columns(5);
  #encounters: { starts: Uint32Array; all: Uint32Array; meetings: Uint32Array } | undefined;

  constructor(lists: readonly ListUses[]) {
    this.lists = lists;
  }

  /** @param patterns as indexes into the two lists; which may be one list that several tasks use */
  add(first: number, second: number, patterns: readonly [number, number], contact: ListOverlap): void {
    this.#columns.add(first, second, patterns[0], patterns[1], this.#numberOf(contact));
  }

  /** All that a list meets: first what is known for certain, then in the order in which it was added. */
  of(list: number): Uint32Array {
    this.#encounters ??= this.#sorted();
    const { starts, all } = this.#encounters;
    return all.subarray(starts[list], starts[list + 1]);
  }

  /** The list that it is seen from. */
  own(encounter: OverlapRef): ListUses {
    return this.#listOf(encounter, isFromSecond(encounter) ? 1 : 0);
  }

  /** The list that is met. */
  other(encounter: OverlapRef): ListUses {
    return this.#listOf(encounter, isFromSecond(encounter) ? 0 : 1);
  }

  /** The indexes of the patterns, the list's own in front. */
  patterns(encounter: OverlapRef): [own: number, others: number] {
    const meeting = this.#meetingOf(encounter);
    const [a, b] = [this.#columns.at(meeting, 2), this.#columns.at(meeting, 3)];
    return isFromSecond(encounter) ? [b, a] : [a, b];
  }

  contact(encounter: OverlapRef): ListOverlap {
    return this.#contacts[this.#columns.at(this.#meetingOf(encounter), 4)] as ListOverlap;
  }

  #numberOf(contact: ListOverlap): number {
    if (this.#last?.contact === contact) return this.#last.number;
    const { witness, exact, reason, files, clash } = contact;
    const here = files.count === 0 && !clash ? '' : JSON.stringify([files, clash]);
    const key = `${exact} ${here} ${witness}\0${reason}`;
    const number = this.#known.get(key) ?? this.#contacts.push(contact) - 1;
    this.#known.set(key, number);
    this.#last = { contact, number };
    return number;
  }

  #listOf(encounter: OverlapRef, side: 0 | 1): ListUses {
    return this.lists[this.#columns.at(this.#meetingOf(encounter), side)] as ListUses;
  }

  #meetingOf(encounter: OverlapRef): number {
    return this.#encounters?.meetings[encounter >>> 1] as number;
  }

  #sorted(): { starts: Uint32Array; all: Uint32Array; meetings: Uint32Array } {
    const columns = this.#columns;
    const meetings = new Uint32Array(columns.size);
    let size = 0;
    for (const exact of [true, false])
      for (let at = 0; at < columns.size; at++)
        if (this.#contacts[columns.at(at, 4)]?.exact === exact) meetings[size++] = at;
    const starts = new Uint32Array(this.lists.length + 2);
    // Two places behind its own, so that filling moves each start to where it belongs.
    const count = (list: number): void => {
      starts[list + 2] = (starts[list + 2] ?? 0) + 1;
    };
    for (const at of meetings) {
      const [a, b] = [columns.at(at, 0), columns.at(at, 1)];
      count(a);
      if (a !== b) count(b);
    }
    for (let list = 2; list < starts.length; list++)
      starts[list] = (starts[list] as number) + (starts[list - 1] as number);
    const all = new Uint32Array(starts.at(-1) as number);
    const put = (list: number, encounter: OverlapRef): void => {
      const at = starts[list + 1] as number;
      all[at] = encounter;
      starts[list + 1] = at + 1;
    };
    for (const [rank, at] of meetings.entries()) {
      const [a, b] = [columns.at(at, 0), columns.at(at, 1)];
      put(a, 2 * rank);
      if (a !== b) put(b, 2 * rank + 1);
    }
    return { starts, all, meetings };
  }
}
