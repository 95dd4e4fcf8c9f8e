// Sets of the numbers 0 … n-1, a bit for each. Unaware of what they stand for.

export type Bits = Uint32Array;

export const emptyBits = (size: number): Bits => new Uint32Array((size + 31) >>> 5);

export const hasBit = (bits: Bits | undefined, at: number): boolean =>
  bits !== undefined && (((bits[at >>> 5] as number) >>> (at & 31)) & 1) === 1;

export function setBit(bits: Bits, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << (at & 31));
}

export function addAll(bits: Bits, more: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] as number) | (more[word] as number);
}

/** The two together; the first itself where the second brings nothing new. */
export function union(bits: Bits | undefined, more: Bits): Bits {
  if (bits === undefined) return more.slice();
  if (more.every((word, at) => (word & ~(bits[at] as number)) === 0)) return bits;
  const both = bits.slice();
  addAll(both, more);
  return both;
}

/** Takes out all up to a number, and that number. */
export function clearUpTo(bits: Bits, last: number): void {
  bits.fill(0, 0, last >>> 5);
  bits[last >>> 5] = (bits[last >>> 5] as number) & maskAbove(last);
}

/** Of the word in which a number lies the bits above it. */
export const maskAbove = (at: number): number => (at % 32 === 31 ? 0 : -1 << ((at % 32) + 1));

export const bitCount = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return (((fours + (fours >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
};

export function* bitsOf(bits: Bits): Generator<number> {
  for (let word = 0; word < bits.length; word++)
    for (let rest = bits[word] as number; rest !== 0; rest &= rest - 1)
      yield (word << 5) + 31 - Math.clz32(rest & -rest);
}
