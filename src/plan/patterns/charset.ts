/**
 * A set of UTF-16 code units, as sorted, disjoint, inclusive ranges laid flat: [from, to, from, to, ...].
 * Units and not code points, because micromatch's expressions carry no `u` flag.
 */
export type CharSet = readonly number[];

export const LAST_UNIT = 0xffff;
export const EVERY_UNIT: CharSet = [0, LAST_UNIT];

/** Sorts and joins ranges given in any order. */
export function union(ranges: readonly (readonly [number, number])[]): CharSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [from, to] of sorted) {
    const end = set[set.length - 1];
    if (end !== undefined && from <= end + 1) set[set.length - 1] = Math.max(end, to);
    else set.push(from, to);
  }
  return set;
}

export function complement(set: CharSet): CharSet {
  const rest: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    if ((set[i] as number) > from) rest.push(from, (set[i] as number) - 1);
    from = (set[i + 1] as number) + 1;
  }
  if (from <= LAST_UNIT) rest.push(from, LAST_UNIT);
  return rest;
}

export function contains(set: CharSet, unit: number): boolean {
  let low = 0;
  let high = set.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (unit < (set[2 * middle] as number)) high = middle - 1;
    else if (unit > (set[2 * middle + 1] as number)) low = middle + 1;
    else return true;
  }
  return false;
}
