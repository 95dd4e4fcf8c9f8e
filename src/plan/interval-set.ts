// Sets of whole numbers as stretches of neighbours, ascending: from (incl.) and to (excl.) in turn.

export type Stretches = readonly number[];

/** Adds what lies behind all that is there already. */
export function append(stretches: number[], from: number, to: number): void {
  const last = stretches.length - 1;
  if (last > 0 && stretches[last] === from) stretches[last] = to;
  else stretches.push(from, to);
}

export function sizeOf(stretches: Stretches): number {
  let size = 0;
  for (let at = 0; at < stretches.length; at += 2)
    size += (stretches[at + 1] as number) - (stretches[at] as number);
  return size;
}

export function* membersOf(stretches: Stretches): Generator<number> {
  for (let at = 0; at < stretches.length; at += 2) {
    for (let member = stretches[at] as number; member < (stretches[at + 1] as number); member++) yield member;
  }
}

/** What both have; quick where one of them has few. */
export function common(a: Stretches, b: Stretches): Stretches {
  if (a === b) return a;
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const shared: number[] = [];
  let next = 0;
  for (let at = 0; at < few.length; at += 2) {
    const [from, to] = [few[at] as number, few[at + 1] as number];
    next = firstEndingAfter(many, from, next);
    for (; next < many.length && (many[next] as number) < to; next += 2) {
      append(shared, Math.max(from, many[next] as number), Math.min(to, many[next + 1] as number));
      if ((many[next + 1] as number) > to) break;
    }
    if (next >= many.length) break;
  }
  return shared;
}

/** Where the first stretch stands, at `from` or behind it, that ends after the value. */
function firstEndingAfter(stretches: Stretches, value: number, from: number): number {
  let low = from >> 1;
  let high = stretches.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[2 * middle + 1] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low << 1;
}
