// Whether what was written is what is read: against damage, not against anybody.

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a (Fowler, Noll, Vo; RFC 9923) of 32 bits, by the word: 0 to 2³² − 1. To load zlib for its CRC takes longer than a small file. */
export function checksum(bytes: Buffer): number {
  let sum = BASIS;
  const count = bytes.length >> 2;
  // Copied, since numbers have to begin at a multiple of their size.
  const words = new Uint32Array(new Uint8Array(bytes.subarray(0, count * 4)).buffer);
  // By index: an iterator takes several times as long in a process that has only just begun.
  for (let at = 0; at < count; at++) sum = Math.imul(sum ^ (words[at] as number), PRIME);
  for (const byte of bytes.subarray(count * 4)) sum = Math.imul(sum ^ byte, PRIME);
  return sum >>> 0;
}

const MASK = 0xffff_ffff_ffff_ffffn;

/** FNV-1a of 64 bits of a short text, in hexadecimal. */
export function fnv64(text: string): string {
  let sum = 0xcbf2_9ce4_8422_2325n;
  for (const byte of Buffer.from(text)) sum = ((sum ^ BigInt(byte)) * 0x100_0000_01b3n) & MASK;
  return sum.toString(16).padStart(16, '0');
}
