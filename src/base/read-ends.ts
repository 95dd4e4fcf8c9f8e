// The beginning and the end of a text file, however long it is.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Both as one text, the whole of a short one; '' where there is no file. @param most bytes of each */
export function readEnds(path: string, most: number): string {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(handle);
    const piece = (from: number, length: number): string => {
      const bytes = Buffer.alloc(length);
      return bytes.toString('utf8', 0, readSync(handle, bytes, 0, length, from));
    };
    return size <= 2 * most ? piece(0, size) : `${piece(0, most)}\n${piece(size - most, most)}`;
  } finally {
    closeSync(handle);
  }
}
