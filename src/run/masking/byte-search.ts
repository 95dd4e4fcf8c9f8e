// Many values looked for at once in bytes. Unaware of what they are.

export type Span = [start: number, end: number];

/** Whether a value of that length may stand there; one that has only begun goes on beyond the end of the bytes. */
export type Accepts = (span: Span, length: number) => boolean;

/**
 * Looks for many values at once without looking at every byte: the search of Wu and Manber ("A fast algorithm for
 * multi-pattern searching", 1994) with blocks of two bytes.
 */
export class ByteSearch {
  /** The longest first. */
  readonly #needles: readonly Buffer[];
  /** The length of the shortest. */
  readonly #least: number;
  readonly #longest: number;
  /** By a block of two bytes: how far the next value that could hold it begins. */
  readonly #shifts: Uint8Array = new Uint8Array(65_536);
  /** By the block that ends the first `#least` bytes of a value: those values. */
  readonly #byBlock = new Map<number, Buffer[]>();
  readonly #byFirst: Buffer[][] = Array.from({ length: 256 }, () => []);

  /** @param needles of two bytes or more, and none with a line's end in it */
  constructor(needles: readonly Buffer[]) {
    this.#needles = [...needles].sort((a, b) => b.length - a.length);
    this.#longest = this.#needles[0]?.length ?? 0;
    this.#least = Math.min(255, this.#needles.at(-1)?.length ?? 0);
    this.#shifts.fill(this.#least - 1);
    for (const needle of this.#needles) {
      for (let at = 1; at < this.#least; at++) {
        const block = blockAt(needle, at);
        this.#shifts[block] = Math.min(this.#shifts[block] as number, this.#least - 1 - at);
      }
      append(this.#byBlock, blockAt(needle, this.#least - 1), needle);
      this.#byFirst[needle[0] as number]?.push(needle);
    }
  }

  /** Where values stand, by their beginnings; of those with one beginning the longest that is accepted. */
  spans(bytes: Buffer, accepts: Accepts): Span[] {
    const spans: Span[] = [];
    const least = this.#least;
    const shifts = this.#shifts;
    for (let at = least - 1; at < bytes.length; ) {
      const block = ((bytes[at - 1] as number) << 8) | (bytes[at] as number);
      const shift = shifts[block] as number;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - least + 1;
      const needle = this.#byBlock
        .get(block)
        ?.find((each) => standsAt(each, bytes, start) && accepts([start, start + each.length], each.length));
      if (needle !== undefined) spans.push([start, start + needle.length]);
      at += 1;
    }
    return spans;
  }

  /** Where the end of the bytes begins that may be the beginning of a value; their length where there is none. */
  openAt(bytes: Buffer, accepts: Accepts): number {
    for (let at = Math.max(0, bytes.length - this.#longest + 1); at < bytes.length; at++) {
      const rest = bytes.length - at;
      const isBegun = this.#byFirst[bytes[at] as number]?.some(
        (needle) =>
          needle.length > rest &&
          needle.compare(bytes, at, bytes.length, 0, rest) === 0 &&
          accepts([at, bytes.length + 1], needle.length),
      );
      if (isBegun) return at;
    }
    return bytes.length;
  }
}

const blockAt = (bytes: Buffer, at: number): number =>
  ((bytes[at - 1] as number) << 8) | (bytes[at] as number);

const standsAt = (needle: Buffer, bytes: Buffer, start: number): boolean =>
  start + needle.length <= bytes.length && needle.compare(bytes, start, start + needle.length) === 0;

function append(map: Map<number, Buffer[]>, key: number, needle: Buffer): void {
  const known = map.get(key);
  if (known) known.push(needle);
  else map.set(key, [needle]);
}
