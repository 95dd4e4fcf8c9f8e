// Sets of the numbers 0 … n-1, a bit for each. Unaware of what they stand for.

export type Bits = Uint32Array;

export const emptyBits = (size: number): Bits => new Uint32Array((size + 31) >>> 5);

export const hasBit = (bits: Bits, at: number): boolean =>
  (((bits[at >>> 5] as number) >>> (at & 31)) & 1) === 1;

export function setBit(bits: Bits, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << (at & 31));
}

export function addAll(bits: Bits, more: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] as number) | (more[word] as number);
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

/** A set that is not changed any more, without the empty words before and behind. */
export interface Span {
  words: Bits;
  /** The number of the first word. */
  from: number;
}

/** Undefined for an empty one. */
export function spanOf(bits: Bits): Span | undefined {
  const from = bits.findIndex(Boolean);
  if (from < 0) return undefined;
  return { words: bits.slice(from, bits.findLastIndex(Boolean) + 1), from };
}

export const hasInSpan = (span: Span | undefined, at: number): boolean =>
  span !== undefined && (((span.words[(at >>> 5) - span.from] ?? 0) >>> (at & 31)) & 1) === 1;

export function addSpan(bits: Bits, { words, from }: Span): void {
  for (let word = 0; word < words.length; word++)
    bits[word + from] = (bits[word + from] as number) | (words[word] as number);
}

export function takeSpan(bits: Bits, { words, from }: Span): void {
  for (let word = 0; word < words.length; word++)
    bits[word + from] = (bits[word + from] as number) & ~(words[word] as number);
}
