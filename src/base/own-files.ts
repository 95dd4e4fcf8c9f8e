// The files that are ptask's own: opened without following a link, in folders that none leads to, and replaced as a whole. Unaware
// of what is in them.

import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { orElse } from './error-code.ts';
import { look } from './look.ts';
import { synchronise } from './on-disk.ts';
import { at, inFolder, NotOurs } from './own-folders.ts';
import { replaceBy } from './replace.ts';

/** Of a file that may hold what is not for everybody. */
export const OWNER_ONLY = 0o600;

/** Windows has no such flags. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as { O_NOFOLLOW?: number; O_NONBLOCK?: number };

/**
 * A file of ours to write to, as it is; the folders must be there.
 * @param isNew may make the file; else throws ENOENT where somebody has taken it away
 * @param isFresh must not be there yet
 * @param reads is read from, too
 */
export function openOwn(
  path: string,
  { isNew = true, isFresh = false, appends = false, reads = false, mode = 0o666 } = {},
): number {
  const { O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND } = constants;
  const access = reads ? O_RDWR : O_WRONLY;
  const makes = (isNew ? O_CREAT : 0) | (isFresh ? O_CREAT | O_EXCL : 0);
  const flags = access | makes | (appends ? O_APPEND : 0) | O_NOFOLLOW | O_NONBLOCK;
  const handle = openedAt(path, (name) => openPlain(name, flags, mode));
  if (handle === undefined) throw new NotOurs(`${path} is not a regular file: remove it`);
  return handle;
}

/** Where the folder could not be held, it is known only afterwards whether it has stayed what it was. */
function openedAt<T extends number | undefined>(path: string, open: (path: string) => T): T {
  let handle: number | undefined;
  try {
    return at(path, (name) => {
      const opened = open(name);
      handle = opened;
      return opened;
    });
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    throw error;
  }
}

/** Of a file of ours; undefined where there is none, or something else stands there. */
export function readFile(path: string): Buffer | undefined {
  const handle = openToRead(path);
  if (handle === undefined) return undefined;
  try {
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The same to read in parts. */
export function openToRead(path: string): number | undefined {
  const open = (name: string) => openPlain(name, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  return orElse(() => openedAt(path, open), undefined);
}

/** Undefined where it is no plain file. A FIFO would keep whoever opens it waiting, but for the flag. */
function openPlain(path: string, flags: number, mode?: number): number | undefined {
  // A link, a folder, a FIFO that nobody reads.
  const none = ['ELOOP', 'EMLINK', 'EISDIR', 'ENXIO'];
  const handle = orElse(() => openSync(path, flags, mode), undefined, ...none);
  if (handle === undefined) return undefined;
  const opened = fstatSync(handle, { bigint: true });
  if (opened.isFile() && (O_NOFOLLOW !== 0 || isSame(opened, look(path)))) return handle;
  closeSync(handle);
  return undefined;
}

const isSame = (one: BigIntStats, other: BigIntStats | undefined): boolean =>
  one.dev === other?.dev && one.ino === other.ino;

/**
 * Replaces a file of ours in one step, so that a reader sees the old text or the new one; its folder is made. What stands
 * there, be it a link, goes. Throws where the disk says no.
 * @param isLasting so too after a power cut
 */
export function replaceFile(
  path: string,
  text: string | Uint8Array,
  { mode = 0o666, isLasting = false } = {},
): void {
  const write = (handle: number): void => {
    writeFileSync(handle, text);
    if (isLasting) fsyncSync(handle);
  };
  inFolder(dirname(path), (folder) => replaceBy(join(folder, basename(path)), mode, write), 0o777);
  if (isLasting) synchronise(dirname(path));
}

/**
 * The same where there is most often no such file yet, and nobody to read it before this returns: then it is made in its place, with
 * no draft beside it.
 */
export function writeFresh(path: string, text: string, mode: number): void {
  const made = orElse(() => openOwn(path, { isFresh: true, mode }), undefined, 'EEXIST', 'ENOENT');
  if (made === undefined) {
    replaceFile(path, text, { mode });
    return;
  }
  try {
    writeFileSync(made, text);
  } finally {
    closeSync(made);
  }
}

/**
 * Writes a file anew in its place, for what is written while tasks run: one that walks all folders, as some test runners
 * do, would stumble over a draft that comes and goes. A kill leaves the new text, at worst with the end of a longer old one.
 * @param isNew as for `openOwn`
 */
export function overwriteFile(path: string, text: string, isNew: boolean): void {
  const bytes = Buffer.from(text);
  const handle = openOwn(path, { isNew });
  try {
    writeFileSync(handle, bytes);
    ftruncateSync(handle, bytes.length);
  } finally {
    closeSync(handle);
  }
}
