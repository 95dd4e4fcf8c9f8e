// From lists that meet to the classes of tasks that use them.

import type { OverlapRef, Overlaps, PatternOverlap, Use } from './overlaps.ts';
import type { TaskClass } from './task-classes.ts';

/** How a task of one class meets a task of another, or of the same, that is declared after it. */
export interface ClassOverlap {
  other: TaskClass;
  /** What both write. */
  writesWrites: PatternOverlap | undefined;
  /** What one writes and the other reads, the writer in front. */
  writesReads: PatternOverlap | undefined;
  readsWrites: PatternOverlap | undefined;
}

type Kind = Exclude<keyof ClassOverlap, 'other'>;

interface Found {
  ref: OverlapRef;
  rank: number;
  own: Use;
  other: Use;
}

/** By number of class, the lists that it uses. */
export type ListsOfClasses = readonly (readonly { list: number; use: Use }[])[];

export function listsOfClasses(classes: number, { lists }: Overlaps): ListsOfClasses {
  const found: { list: number; use: Use }[][] = Array.from({ length: classes }, () => []);
  for (const [list, { uses }] of lists.entries()) for (const use of uses) found[use.by]?.push({ list, use });
  return found;
}

/** By number of class, all that those of one class meet after themselves. */
export function overlapsOf(
  number: number,
  classes: readonly TaskClass[],
  lists: ListsOfClasses,
  met: Overlaps,
): Map<number, ClassOverlap> {
  const first = classes[number]?.first ?? 0;
  // Of thousands of lists there are millions of these: all of one shape.
  const found = new Map<number, Record<Kind, Found | undefined>>();
  for (const { list, use: own } of lists[number] ?? [])
    for (const ref of met.of(list)) {
      const rank = met.rank(ref);
      for (const other of met.other(ref).uses) {
        if ((classes[other.by] as TaskClass).last <= first) continue;
        if (own.access === 'reads' && other.access === 'reads') continue;
        const kind =
          own.access === 'reads' ? 'readsWrites' : other.access === 'reads' ? 'writesReads' : 'writesWrites';
        let kinds = found.get(other.by);
        if (kinds === undefined) {
          kinds = { writesWrites: undefined, writesReads: undefined, readsWrites: undefined };
          found.set(other.by, kinds);
        }
        if (rank < (kinds[kind]?.rank ?? Infinity)) kinds[kind] = { ref, rank, own, other };
      }
    }
  const overlap = (each: Found | undefined, inFront: 'own' | 'other'): PatternOverlap | undefined =>
    each && met.between(each.ref, each.own, each.other, inFront);
  const overlaps = new Map<number, ClassOverlap>();
  for (const [by, { writesWrites, writesReads, readsWrites }] of found)
    overlaps.set(by, {
      other: classes[by] as TaskClass,
      writesWrites: overlap(writesWrites, 'own'),
      writesReads: overlap(writesReads, 'own'),
      readsWrites: overlap(readsWrites, 'other'),
    });
  return overlaps;
}
