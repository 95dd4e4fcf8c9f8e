// File hazards and how each is resolved. Pairs are taken in the order of declaration, and a pair that an earlier
// resolution has ordered is no hazard any more, so no cycle can arise.
//
// Row by row: each task with all after it that it meets. What is true of one task of a class is true of all, so those that
// nothing has put in any order yet are decided as one set. The others, which something stands before or after, are looked
// at one by one, since deciding on one of them may order the next.

import type { ConflictPolicy } from '../config/config.ts';
import type { ConflictTerms } from '../model/task-pairs.ts';
import { type Bits, bitCount, bitsOf, clearUpTo, emptyBits, hasBit, hasInSpan, setBit } from './bits.ts';
import { type ClassOverlap, listsOfClasses, overlapsOf } from './class-overlaps.ts';
import type { Closure } from './graph.ts';
import type { IsolationPolicy } from './isolation.ts';
import type { Overlaps, PatternOverlap } from './overlaps.ts';
import { PairSets } from './pair-sets.ts';
import { spend } from './patterns/index.ts';
import { Precedence } from './precedence.ts';
import type { TaskClass, TaskClasses } from './task-classes.ts';
import { decide, type EdgeTerms, isMutual, policyOf, Terms, type Verdict } from './verdict.ts';

/** A reader that runs before a task which writes what it reads, since something else has ordered the two. */
export interface EarlyRead {
  reader: number;
  writer: number;
  meeting: PatternOverlap;
}

/** Early reads that are kept one by one; of more it is known how many there are. */
const MOST_EARLY_READS = 1_000;

export interface FileHazards {
  conflicts: PairSets<ConflictTerms>;
  edges: PairSets<EdgeTerms>;
  /** Isolated pairs, the one that is integrated first in front. */
  turns: PairSets<PatternOverlap>;
  earlyReads: { first: EarlyRead[]; count: number };
  /** Write-write pairs whose policy is `error`, with what they share. */
  refused: PairSets<PatternOverlap>;
}

export interface HazardInput {
  classes: TaskClasses;
  met: Overlaps;
  /** What the tasks need, through whatever others. */
  needs: Closure;
  /** The config's, for tasks without one of their own. */
  fallback: ConflictPolicy;
  isolation: IsolationPolicy;
}

/** How one class meets another, and what becomes of two of their tasks that nothing has ordered. */
interface Meeting {
  overlap: ClassOverlap;
  verdict: Verdict;
}

/** Decides every pair that meets; undefined when that makes too many groups. */
export function resolveFileHazards(input: HazardInput, most: number): FileHazards | undefined {
  const { classes, met } = input;
  const rows = new RowByRow(input);
  const lists = listsOfClasses(classes.all.length, met);
  const kept = new Map<number, Map<number, Meeting>>();
  for (let low = 0; low < classes.tasks; low++) {
    const number = classes.numberOf(low);
    const own = classes.all[number] as TaskClass;
    let meetings = kept.get(number);
    if (meetings === undefined) {
      meetings = rows.decided(own, overlapsOf(number, classes.all, lists, met));
      if (own.members.length > 1) kept.set(number, meetings);
    }
    if (own.last === low) kept.delete(number);
    if (meetings.size > 0) rows.take(low, meetings);
    if (rows.groups > most) return undefined;
  }
  return rows.found;
}

/** Whether a class is met as another was: then all that is said of the one is true of the other. */
function isMetAlike(
  { overlap: last, verdict }: Meeting,
  { other: { task }, writesWrites, writesReads, readsWrites }: ClassOverlap,
  whyNot: (meeting: PatternOverlap) => string | undefined,
): boolean {
  const isSame =
    last.writesWrites === writesWrites &&
    last.writesReads === writesReads &&
    last.readsWrites === readsWrites &&
    last.other.task.conflicts === task.conflicts &&
    last.other.task.snapshotReads === task.snapshotReads;
  const asksForWorktrees = verdict.turn !== undefined || verdict.notIsolated !== undefined;
  return isSame && (!asksForWorktrees || !writesWrites || whyNot(writesWrites) === verdict.notIsolated);
}

/** Where all tasks have lists of their own and meet in one, each meets each. */
const STEPS_A_MEETING = 2;

class RowByRow {
  readonly found: FileHazards;
  readonly #input: HazardInput;
  readonly #terms = new Terms();
  /** Whatever the reason, and turns as well. */
  readonly #order: Precedence;
  /** Along these a failure skips what comes after: what a task needs, and who writes what it reads. */
  readonly #required: Precedence;
  /** Of the row that is taken: those that are decided as a set, and those that are looked at one by one. */
  readonly #free: Bits;
  readonly #entangled: Bits;
  #early: EarlyRead[] = [];

  constructor(input: HazardInput) {
    const size = input.classes.tasks;
    this.#input = input;
    this.#order = new Precedence(size, input.needs);
    this.#required = new Precedence(size, input.needs);
    this.#free = emptyBits(size);
    this.#entangled = emptyBits(size);
    this.found = {
      conflicts: new PairSets(size),
      edges: new PairSets(size),
      turns: new PairSets(size),
      earlyReads: { first: [], count: 0 },
      refused: new PairSets(size),
    };
  }

  get groups(): number {
    const { conflicts, edges, turns, refused } = this.found;
    return conflicts.groups + edges.groups + turns.groups + refused.groups;
  }

  /** Classes that are met alike have one verdict. */
  decided(own: TaskClass, met: ReadonlyMap<number, ClassOverlap>): Map<number, Meeting> {
    const { fallback, isolation } = this.#input;
    const meetings = new Map<number, Meeting>();
    let last: Meeting | undefined;
    for (const [number, overlap] of met) {
      const pair = [own.task, overlap.other.task] as const;
      const policy = policyOf(...pair, fallback);
      const whyNot = (meeting: PatternOverlap): string | undefined =>
        isolation.whyNot(pair, meeting) ??
        (policy === 'auto' ? isolation.whyInOrder([own, overlap.other], isMutual(pair, overlap)) : undefined);
      const verdict =
        last !== undefined && isMetAlike(last, overlap, whyNot)
          ? last.verdict
          : decide(pair, overlap, policy, this.#terms, whyNot);
      last = { overlap, verdict };
      meetings.set(number, last);
    }
    return meetings;
  }

  take(low: number, meetings: ReadonlyMap<number, Meeting>): void {
    const { classes } = this.#input;
    spend(STEPS_A_MEETING * meetings.size);
    const order = this.#order;
    for (const each of [order, this.#required]) each.take(low);
    this.#entangled.fill(0);
    const free = this.#free;
    // Of classes with one member, those that are met alike are one set as well.
    let alike: Verdict | undefined;
    const applyAlike = (): void => {
      if (alike !== undefined) this.#apply(alike, low, free);
      alike = undefined;
    };
    for (const { overlap, verdict } of meetings.values()) {
      const { other } = overlap;
      if (other.members.length === 1) {
        if (other.first <= low) continue;
        if (hasBit(order.entangled, other.first)) {
          setBit(this.#entangled, other.first);
          continue;
        }
        if (alike !== verdict) {
          applyAlike();
          free.fill(0);
          alike = verdict;
        }
        setBit(free, other.first);
        continue;
      }
      applyAlike();
      let isAny = 0;
      const all = classes.bitsOf(other);
      for (let word = low >>> 5; word < all.length; word++) {
        const members = all[word] as number;
        const entangled = members & (order.entangled[word] as number);
        this.#entangled[word] = (this.#entangled[word] as number) | entangled;
        free[word] = members & ~entangled;
      }
      clearUpTo(free, low);
      for (let word = low >>> 5; word < free.length; word++) isAny |= free[word] as number;
      if (isAny !== 0) this.#apply(verdict, low, free);
    }
    applyAlike();
    clearUpTo(this.#entangled, low);
    for (const high of bitsOf(this.#entangled)) {
      const meeting = meetings.get(classes.numberOf(high)) as Meeting;
      if (hasBit(order.after, high)) this.#keepOrder(low, high, low, meeting);
      else if (hasBit(order.before, high)) this.#keepOrder(high, low, low, meeting);
      else this.#apply(meeting.verdict, low, high);
    }
    this.#endRow(low);
  }

  /** Of two that nothing has ordered, or of one with each of some. */
  #apply(verdict: Verdict, low: number, highs: number | Bits): void {
    const { conflicts, edges, turns, refused } = this.found;
    const { conflict, later, turn, early } = verdict;
    conflicts.add(conflict, highs, later);
    for (const edge of verdict.edges) edges.add(edge, highs, later);
    if (turn) turns.add(turn, highs, later);
    if (verdict.refused) refused.add(verdict.refused, highs, later);
    if (turn ?? verdict.notIsolated) this.#input.isolation.note(low, highs, verdict.notIsolated);
    if (verdict.isOrdered) this.#order.put(highs, later);
    if (verdict.edges.some(({ because }) => because.kind === 'write-read')) this.#required.put(highs, later);
    if (early) this.#earlyReads(low, highs, early);
  }

  #keepOrder(from: number, to: number, low: number, meeting: Meeting): void {
    const { classes, needs } = this.#input;
    const { writesReads, readsWrites } = meeting.overlap;
    const [isForward, high] = [from === low, from === low ? to : from];
    const [read, missed] = isForward ? [writesReads, readsWrites] : [readsWrites, writesReads];
    const [first, then] = [classes.of(from).task, classes.of(to).task];
    const later = isForward ? 'second' : 'first';
    const required = isForward ? this.#required.after : this.#required.before;
    // Ordered by writers that only take turns, a reader could be run on what a failed writer has left half done.
    if (read && !then.snapshotReads && !hasBit(required, high)) {
      this.found.edges.add(this.#terms.edge('write-read', read), high, later);
      this.#required.put(high, later);
    }
    if (missed && !first.snapshotReads && !hasInSpan(needs.after[from], to))
      this.#early.push({ reader: from, writer: to, meeting: missed });
  }

  #earlyReads(reader: number, writers: number | Bits, meeting: PatternOverlap): void {
    const { earlyReads } = this.found;
    if (earlyReads.count < MOST_EARLY_READS)
      for (const writer of typeof writers === 'number' ? [writers] : bitsOf(writers))
        this.#early.push({ reader, writer, meeting });
    else if (typeof writers === 'number') earlyReads.count++;
    else for (const word of writers) earlyReads.count += bitCount(word);
  }

  #endRow(low: number): void {
    const { conflicts, edges, turns, refused, earlyReads } = this.found;
    for (const each of [conflicts, edges, turns, refused]) each.endRow(low);
    for (const each of [this.#order, this.#required]) each.leave();
    const other = ({ reader, writer }: EarlyRead): number => Math.max(reader, writer);
    this.#early.sort((a, b) => other(a) - other(b));
    earlyReads.first.push(...this.#early.slice(0, MOST_EARLY_READS - earlyReads.first.length));
    earlyReads.count += this.#early.length;
    this.#early = [];
  }
}
