// Which part of an output is shown where all of it would be too much. Knows neither files nor terminals.

/** A log that can be read in parts, since it may hold gigabytes. */
export interface OutputSource {
  bytes: number;
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Uint8Array;
}

/** Opens a log by its path relative to the folder of the run; undefined where it is gone. */
export type ReadOutput = (log: string) => OutputSource | undefined;

export interface Excerpt {
  head: string;
  /** Bytes between head and tail; 0 where head is everything. */
  leftOut: number;
  tail: string;
}

const WHOLE = 1024 * 1024;
const HEAD = 64 * 1024;
const TAIL = 512 * 1024;
const LF = 0x0a;

/** Up to `whole` bytes everything; beyond, the first 64 KiB and the last 512 KiB, both cut between lines. */
export function excerpt({ bytes, read }: OutputSource, whole = WHOLE): Excerpt {
  if (bytes <= whole) return { head: decode(read(0, bytes)), leftOut: 0, tail: '' };
  const head = untilLine(read(0, Math.min(HEAD, whole >> 1)));
  const tail = fromLine(read(bytes - Math.min(TAIL, whole >> 1), bytes));
  return { head: decode(head), leftOut: bytes - head.length - tail.length, tail: decode(tail) };
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** A line that fills more than half of the piece is cut between characters instead. */
function untilLine(bytes: Uint8Array): Uint8Array {
  const at = bytes.lastIndexOf(LF) + 1;
  if (at > bytes.length / 2) return bytes.subarray(0, at);
  let end = bytes.length;
  while (end > 0 && isContinuation(bytes[end - 1])) end -= 1;
  return bytes.subarray(0, Math.max(0, end - 1));
}

function fromLine(bytes: Uint8Array): Uint8Array {
  const at = bytes.indexOf(LF) + 1;
  if (at > 0 && at < bytes.length / 2) return bytes.subarray(at);
  let start = 0;
  while (start < bytes.length && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}

/** The second to fourth byte of a character in UTF-8. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
