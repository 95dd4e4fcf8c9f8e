// Makes a file that is to be there whole, with these permissions.

import { type BigIntStats, closeSync, fchmodSync, fstatSync, writeSync } from 'node:fs';
import { permissionsOf } from '../base/look.ts';
import { openFresh } from '../base/replace.ts';

const BIG = { bigint: true } as const;

/** What stands there already is left alone, and thrown. @returns what the disk says of it */
export function writeNew(path: string, bytes: Uint8Array, mode: number): BigIntStats {
  const handle = openFresh(path, mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    const stats = fstatSync(handle, BIG);
    if (permissionsOf(stats) === mode) return stats;
    // Whatever the umask says.
    fchmodSync(handle, mode);
    return fstatSync(handle, BIG);
  } finally {
    closeSync(handle);
  }
}
