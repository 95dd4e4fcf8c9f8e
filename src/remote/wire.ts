// The fields of a message of which nothing but their bytes is wanted, such as what a digest is made of: written anew by us they might be
// others.

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Those that hold bytes, in their order. Throws where it is no message. */
export function fieldsOf(message: Buffer): { field: number; value: Buffer }[] {
  const reader = new BinaryReader(message);
  const fields: { field: number; value: Buffer }[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) fields.push({ field, value: Buffer.from(reader.bytes()) });
    else reader.skip(type);
  }
  return fields;
}

/** Whether it is fields, and all of it: what reads messages takes the end of a group, or a zero, for their end. */
export function isMessage(bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [, type] = reader.tag();
      if (type === WireType.StartGroup || type === WireType.EndGroup) return false;
      reader.skip(type);
    }
    return reader.len > 0 && reader.pos === reader.len;
  } catch {
    return false;
  }
}
