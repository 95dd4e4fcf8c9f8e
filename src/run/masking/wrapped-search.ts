// Values looked for in text that some program has broken into lines: base64 and digits come so, and whatever was wider than
// a screen. The search is made in the text with its lines joined. Unaware of what the values are.

import { ByteSearch, type Span } from './byte-search.ts';
import { LEAST_PART } from './secret-forms.ts';

export type { Span };

const [TAB, LF, CR, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
/** Characters of a value at the end of a line that are taken for its beginning. */
const LEAST_BEGUN = 4;
/** Spaces at the beginning of a line that count as a part of its break. */
const INDENT = 64;
/** Bytes before some text in which a value may have begun that goes on in it. */
export const LEAST_CONTEXT = LEAST_BEGUN + 2 + INDENT;

/** A line's break in the text: where it would stand in the text without breaks, and how far that is off from there on. */
interface Break {
  joined: number;
  shift: number;
}

export class WrappedSearch {
  readonly #search: ByteSearch;

  /** @param needles none with a line's end in it */
  constructor(needles: Iterable<string>) {
    this.#search = new ByteSearch([...needles].map((needle) => Buffer.from(needle)));
  }

  /**
   * Where values stand, those that overlap as one; and where the end begins that may be the beginning of a value, the
   * length of the text where there is none. A value that begins with the last few characters of a line counts from the
   * next line on: with so few of them many a line ends, and each would be held back until something follows.
   */
  look(bytes: Buffer): { spans: Span[]; openAt: number } {
    const { joined, breaks } = join(bytes);
    const accepts = (span: Span, length: number): boolean =>
      length >= LEAST_PART || breakIn(breaks, span) === undefined;
    const spans: Span[] = [];
    for (const span of this.#search.spans(joined, accepts)) {
      const [start, end] = [beginning(breaks, span), place(breaks, span[1] - 1) + 1];
      const last = spans.at(-1);
      if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
      else spans.push([start, end]);
    }
    const open = this.#search.openAt(joined, accepts);
    const openAt = open === joined.length ? bytes.length : beginning(breaks, [open, joined.length + 1]);
    return { spans, openAt };
  }
}

/** Where that stands in the text what stands there in the joined one. */
function place(breaks: readonly Break[], joined: number): number {
  let [low, high] = [0, breaks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((breaks[middle] as Break).joined <= joined) low = middle + 1;
    else high = middle;
  }
  return joined + (breaks[low - 1]?.shift ?? 0);
}

/** The first break within a span. */
function breakIn(breaks: readonly Break[], [start, end]: Span): Break | undefined {
  let [low, high] = [0, breaks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((breaks[middle] as Break).joined <= start) low = middle + 1;
    else high = middle;
  }
  const found = breaks[low];
  return found !== undefined && found.joined < end ? found : undefined;
}

function beginning(breaks: readonly Break[], span: Span): number {
  const found = breakIn(breaks, span);
  const isShort = found !== undefined && found.joined - span[0] < LEAST_BEGUN;
  return isShort ? found.joined + found.shift : place(breaks, span[0]);
}

/** An empty line is a break that stays: nothing goes on beyond it. */
function join(bytes: Buffer): { joined: Buffer; breaks: Break[] } {
  if (!bytes.includes(LF) && bytes.at(-1) !== CR) return { joined: bytes, breaks: [] };
  const pieces: Buffer[] = [];
  const breaks: Break[] = [];
  let from = 0;
  let length = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const end = at > from && bytes[at - 1] === CR ? at - 1 : at;
    if (end === from && from > 0) continue;
    let next = at + 1;
    while (next < bytes.length && next - at <= INDENT && (bytes[next] === SPACE || bytes[next] === TAB))
      next += 1;
    pieces.push(bytes.subarray(from, end));
    length += end - from;
    breaks.push({ joined: length, shift: next - length });
    from = next;
  }
  // What may be the first half of a break.
  const isHalf = bytes.at(-1) === CR && from < bytes.length;
  pieces.push(bytes.subarray(from, isHalf ? -1 : undefined));
  if (isHalf) breaks.push({ joined: length + bytes.length - 1 - from, shift: from + 1 - length });
  return { joined: Buffer.concat(pieces), breaks };
}
