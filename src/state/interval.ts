// Intervals of time, in milliseconds after the start of the run.

export interface Interval {
  from: number;
  to: number;
}

export const lengthOf = ({ from, to }: Interval): number => Math.max(0, to - from);

/** Intervals that overlap, or are no further apart than `gap`, become one. Sorted. */
export function merged(intervals: readonly Interval[], gap = 0): Interval[] {
  const sorted = [...intervals].sort((a, b) => a.from - b.from || a.to - b.to);
  const all: Interval[] = [];
  for (const { from, to } of sorted) {
    const last = all.at(-1);
    if (last && from <= last.to + gap) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** How long at least one of them lasts. */
export const coveredMs = (intervals: readonly Interval[]): number =>
  merged(intervals).reduce((sum, each) => sum + lengthOf(each), 0);

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** Times of events have one decimal, and so have sums of them. */
export const tenths = (ms: number): number => Math.round(ms * 10) / 10;
