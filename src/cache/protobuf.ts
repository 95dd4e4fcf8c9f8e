// Messages in the wire format of Protocol Buffers, as far as the Remote Execution API needs it: written in their one canonical form,
// and read. Unaware of what any message says.
//
// The format: https://protobuf.dev/programming-guides/encoding/

import type { RawPath } from '../base/raw-path.ts';

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Bytes that a number takes at most. */
const LONGEST_VARINT = 10;

/**
 * The bytes of one message after the other, in one buffer that grows. The caller names the fields in the order of their numbers; what
 * has its default value is left out.
 */
class MessageWriter {
  #bytes = Buffer.allocUnsafe(4_096);
  #end = 0;

  /** What `write` writes, as bytes of their own. */
  collect<Value>(value: Value, write: (to: MessageWriter, value: Value) => void): Buffer {
    const start = this.#end;
    try {
      write(this, value);
      return Buffer.from(this.#bytes.subarray(start, this.#end));
    } finally {
      this.#end = start;
    }
  }

  /** A whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
  integer(field: number, value: number): void {
    if (value === 0) return;
    this.#reserve(2 * LONGEST_VARINT);
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  flag(field: number, value: boolean): void {
    this.integer(field, value ? 1 : 0);
  }

  text(field: number, value: string): void {
    if (value !== '') this.#string(field, value, 'utf8');
  }

  /** A repeated field: nothing that is in it is left out. */
  texts(field: number, values: Iterable<string>): void {
    for (const value of values) this.#string(field, value, 'utf8');
  }

  /** The bytes as they are: the format asks for UTF-8, and names of files are what they are. */
  path(field: number, value: RawPath): void {
    if (value !== '') this.#string(field, value, 'latin1');
  }

  bytes(field: number, value: Uint8Array): void {
    if (value.length === 0) return;
    this.#reserve(2 * LONGEST_VARINT + value.length);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }

  /** A message in this one, there even if nothing is in it. */
  message<Value>(field: number, value: Value, write: (to: MessageWriter, value: Value) => void): void {
    this.#reserve(2 * LONGEST_VARINT);
    this.#tag(field, LENGTH_DELIMITED);
    // Most lengths take one byte; what is in a longer message moves when its length is known.
    const start = this.#end + 1;
    this.#end = start;
    write(this, value);
    const length = this.#end - start;
    const extra = sizeOfVarint(length) - 1;
    if (extra > 0) {
      this.#reserve(extra);
      this.#bytes.copyWithin(start + extra, start, this.#end);
    }
    this.#end = start - 1;
    this.#varint(length);
    this.#end += length;
  }

  #string(field: number, value: string, encoding: 'utf8' | 'latin1'): void {
    const length = Buffer.byteLength(value, encoding);
    this.#reserve(2 * LONGEST_VARINT + length);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(length);
    this.#end += this.#bytes.write(value, this.#end, encoding);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    let rest = value;
    // Divided, not shifted: the bit operators know 32 bits.
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.#bytes[this.#end++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#end++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#end + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}

export type { MessageWriter };

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** One for all: what makes it fast is that its buffer is there. */
const writer = new MessageWriter();

export const encodeMessage = <Value>(
  value: Value,
  write: (to: MessageWriter, value: Value) => void,
): Buffer => writer.collect(value, write);

/** A field as it stands in the bytes: a number, or the bytes of a text, of bytes or of a message. */
export interface Field {
  number: number;
  value: number | Buffer;
}

/**
 * The fields of a message, as often and in the order in which they are there. Numbers are read as signed ones of 64 bits, which all
 * of the Remote Execution API are; what has a fixed width, as nothing there has, is passed over. Undefined where the bytes are no
 * message, or a number is beyond `Number.MAX_SAFE_INTEGER`.
 */
export function readFields(message: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = varintAt(message, at);
    if (tag === undefined || tag.value < 8 || tag.value > 0xffff_ffff) return undefined;
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    at = tag.end;
    if (wireType === FIXED_64 || wireType === FIXED_32) {
      at += wireType === FIXED_64 ? 8 : 4;
      if (at > message.length) return undefined;
      continue;
    }
    if (wireType !== VARINT && wireType !== LENGTH_DELIMITED) return undefined;
    const told = varintAt(message, at);
    if (told === undefined) return undefined;
    at = told.end;
    if (wireType === VARINT) {
      fields.push({ number, value: told.value });
      continue;
    }
    if (told.value < 0 || told.value > message.length - at) return undefined;
    fields.push({ number, value: message.subarray(at, at + told.value) });
    at += told.value;
  }
  return fields;
}

function varintAt(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let [value, factor] = [0, 1];
  const last = Math.min(bytes.length, start + LONGEST_VARINT);
  for (let at = start; at < last; at += 1) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte > 0x7f) continue;
    const end = at + 1;
    // Sums of powers beyond it are not exact, and negative numbers have all their upper bits set.
    if (value > Number.MAX_SAFE_INTEGER) value = Number(signed(bytes.subarray(start, end)));
    return Number.isSafeInteger(value) ? { value, end } : undefined;
  }
  return undefined;
}

function signed(varint: Buffer): bigint {
  const value = varint.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n);
  return BigInt.asIntN(64, value);
}
