// Messages in the wire format of Protocol Buffers, as far as the Remote Execution API needs it: written in their one canonical form,
// and read. Unaware of what any message says.
//
// What is being written is a string with a character for each byte, as a `RawPath` is. The engine joins strings about as fast as a
// buffer is filled, and how long a message in a message is, which stands before it, is known without writing it twice.
//
// The format: https://protobuf.dev/programming-guides/encoding/

/** Of a message, or a part of one: one character each. Fields follow each other by their numbers, and what has its default value is ''. */
export type Bytes = string;

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Bytes that a number takes at most. */
const LONGEST_VARINT = 10;

/** Of a whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
export const integer = (field: number, value: number): Bytes =>
  value === 0 ? '' : varint(field * 8 + VARINT) + varint(value);

export const flag = (field: number, value: boolean): Bytes => integer(field, value ? 1 : 0);

export const text = (field: number, value: string): Bytes => bytes(field, utf8(value));

export const bytes = (field: number, value: Bytes): Bytes => (value === '' ? '' : message(field, value));

/** Also what is in a repeated field: it is there even if nothing is in it. */
export const message = (field: number, value: Bytes): Bytes =>
  varint(field * 8 + LENGTH_DELIMITED) + varint(value.length) + value;

const ASCII = /^[\0-\x7f]*$/;

export const utf8 = (value: string): Bytes =>
  ASCII.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');

export const bufferOf = (written: Bytes): Buffer => Buffer.from(written, 'latin1');

function varint(value: number): Bytes {
  if (value < 0x80) return String.fromCharCode(value);
  // Divided, not shifted: the bit operators know 32 bits.
  return String.fromCharCode((value % 0x80) | 0x80) + varint(Math.floor(value / 0x80));
}

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
