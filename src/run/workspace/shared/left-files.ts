// How a task has left its files, so that it can be told later whether somebody has changed them since. By what a look at
// the file says, and where that has changed, as with a copy that was put back, by the content.

import { type BigIntStats, readlinkSync } from 'node:fs';
import { look } from '../../../base/look.ts';
import { type FsPath, locate, type RawPath } from '../../../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../../base/stat-fingerprint.ts';
import { type Oid, oidOf, readSmall } from '../../../store/content.ts';
import type { Left } from '../../records/undo-log.ts';

/** Bytes of one file, and of those of one task, that are read for it: a task is not to wait for that. */
const MOST_OF_FILE = 256 * 1024;
const MOST_OF_TASK = 4 * 1024 * 1024;

/** @param lastRead what was in a file of this print when it was last read, where it was */
export function leftAt(
  top: string,
  paths: readonly RawPath[],
  lastRead: (print: Fingerprint) => Oid | undefined,
): Left[] {
  let budget = MOST_OF_TASK;
  return paths.map((path): Left => {
    const at = locate(top, path);
    const stats = look(at);
    if (stats === undefined) return [path, 'absent'];
    const print = fingerprintOf(stats);
    const known = lastRead(print);
    if (known !== undefined) return [path, print, known];
    const size = Number(stats.size);
    if (size > MOST_OF_FILE || size > budget) return [path, print];
    budget -= size;
    const oid = oidAt(at, stats);
    return oid === undefined ? [path, print] : [path, print, oid];
  });
}

export function isAsLeft(top: string, [path, print, oid]: Left): boolean {
  const at = locate(top, path);
  const stats = look(at);
  if (stats === undefined) return print === 'absent';
  if (fingerprintOf(stats) === print) return true;
  const mode = print.split(':')[2];
  return oid !== undefined && String(stats.mode) === mode && oidAt(at, stats) === oid;
}

/** Undefined for what cannot be read, or has become large. */
function oidAt(at: FsPath, stats: BigIntStats): string | undefined {
  try {
    if (stats.isSymbolicLink()) return oidOf(readlinkSync(at, 'buffer'));
    if (!stats.isFile()) return undefined;
    const bytes = readSmall(at);
    return bytes && oidOf(bytes);
  } catch {
    return undefined;
  }
}
