// From lists that meet to the tasks that use them: pair by pair, and without an object for any.

import type { ListMeeting, ListUses, Meeting } from './overlaps.ts';

/** Told of each pair of tasks that meets, in the order of declaration, `low` before `high`. */
export type VisitPair = (
  low: number,
  high: number,
  /** What the two write; what `low` writes and `high` reads; what `low` reads and `high` writes. */
  writesWrites: Meeting | undefined,
  writesReads: Meeting | undefined,
  readsWrites: Meeting | undefined,
) => void;

type Use = ListUses['uses'][number];

/** A list that a task uses, and one that it meets: the `a` or the `b` of the meeting. */
interface Encounter {
  use: Use;
  met: ListMeeting;
  isA: boolean;
}

/** Where two tasks meet through more than one pair of lists of a kind, the first of `met` is the one that counts. */
export function forEachPair(tasks: number, met: readonly ListMeeting[], visit: VisitPair): void {
  const encounters: Encounter[][] = Array.from({ length: tasks }, () => []);
  for (const each of met) {
    for (const use of each.a.uses) encounters[use.task]?.push({ use, met: each, isA: true });
    if (each.a === each.b) continue;
    for (const use of each.b.uses) encounters[use.task]?.push({ use, met: each, isA: false });
  }
  const writesWrites: (Meeting | undefined)[] = new Array(tasks).fill(undefined);
  const writesReads = writesWrites.slice();
  const readsWrites = writesWrites.slice();
  const seen = new Uint8Array(tasks);
  for (const [low, own] of encounters.entries()) {
    const highs: number[] = [];
    for (const { use, met, isA } of own) {
      const { uses } = isA ? met.b : met.a;
      for (let at = firstAbove(uses, low); at < uses.length; at++) {
        const other = uses[at] as Use;
        if (use.access === 'reads' && other.access === 'reads') continue;
        const kind =
          use.access === 'reads' ? readsWrites : other.access === 'reads' ? writesReads : writesWrites;
        kind[other.task] ??= isA ? asWritten(met, use, other) : flipped(asWritten(met, other, use));
        if (seen[other.task] === 1) continue;
        seen[other.task] = 1;
        highs.push(other.task);
      }
    }
    for (const high of highs.sort((one, two) => one - two)) {
      visit(low, high, writesWrites[high], writesReads[high], readsWrites[high]);
      seen[high] = 0;
      writesWrites[high] = undefined;
      writesReads[high] = undefined;
      readsWrites[high] = undefined;
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

const written = new WeakMap<Meeting, Map<string, Meeting>>();

/** The meeting with the patterns as these two tasks have them: one object for all that have them alike. */
function asWritten({ a, b, meeting }: ListMeeting, one: Use, two: Use): Meeting {
  const [first, second] = meeting.patterns;
  const mine = one.written === a.list ? first : (one.written[a.list.indexOf(first)] as string);
  const theirs = two.written === b.list ? second : (two.written[b.list.indexOf(second)] as string);
  if (mine === first && theirs === second) return meeting;
  const known = written.get(meeting) ?? new Map<string, Meeting>();
  written.set(meeting, known);
  const key = `${mine}\0${theirs}`;
  const same = known.get(key) ?? { ...meeting, patterns: [mine, theirs] };
  known.set(key, same);
  return same;
}

const otherWay = new WeakMap<Meeting, Meeting>();

/** The same meeting seen from the other task. */
export function flipped(meeting: Meeting): Meeting {
  const known = otherWay.get(meeting);
  if (known !== undefined) return known;
  const flip: Meeting = { ...meeting, patterns: [meeting.patterns[1], meeting.patterns[0]] };
  otherWay.set(meeting, flip);
  otherWay.set(flip, meeting);
  return flip;
}
