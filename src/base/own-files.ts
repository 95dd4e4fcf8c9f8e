// The files that are ptask's own: made in real folders only, opened without following a link, and replaced as a whole. A clone
// may bring a `.ptask` with links in it, under whatever name it can guess, and a task may put some there: through none of them
// anything of the user's is written or read. Unaware of what is in the files.

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { look } from './look.ts';
import { noteFolder, noteNew, synchronise } from './on-disk.ts';

/** The folder of ours that lies among the user's files. */
export const OWN_FOLDER = '.ptask';

/** Of a file that may hold what is not for everybody. */
export const OWNER_ONLY = 0o600;

/** What stands at a path of ours is something else: a sentence without a full stop. */
export class NotOurs extends Error {}

/** Windows has no such flags. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as { O_NOFOLLOW?: number; O_NONBLOCK?: number };

/**
 * Makes a folder of ours and those above it, and what has git ignore them. Throws `NotOurs` where one of them, from `.ptask` on,
 * is a link, and what the disk says.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const own = ownFolders(folder);
  for (const each of own) confirmReal(each);
  makeAll(folder, mode);
  if (own[0] !== undefined) ignoreAll(own[0]);
}

/** Folder by folder: where the system makes none, as below /proc, Node's `recursive` tries for ever. */
function makeAll(folder: string, mode: number): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeAll(dirname(folder), mode);
  try {
    mkdirSync(folder, mode);
    for (const each of [folder, dirname(folder)]) noteFolder(each);
  } catch (error) {
    // Somebody else was quicker.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Where nothing says so yet. */
function ignoreAll(folder: string): void {
  const file = join(folder, '.gitignore');
  const now = look(file);
  // A power cut may have left an empty one.
  if (now !== undefined && (now.size > 0n || !now.isFile())) return;
  replaceBy(file, 0o666, (handle) => writeFileSync(handle, '*\n'));
  noteNew(file);
}

/** The folders on the way to one, from the innermost `.ptask` on; none where it does not lie in one. */
function ownFolders(folder: string): string[] {
  const found = [folder];
  for (let at = folder; basename(at) !== OWN_FOLDER; found.push(at)) {
    if (dirname(at) === at) return [];
    at = dirname(at);
  }
  return found.reverse();
}

function confirmReal(folder: string): void {
  if (look(folder)?.isSymbolicLink())
    throw new NotOurs(`${folder} is a link, through which ptask does not write: remove it`);
}

/** Whether a path of ours can be reached without going through a link. */
export const isReachable = (path: string): boolean =>
  ownFolders(dirname(path)).every((each) => look(each)?.isSymbolicLink() !== true);

/** A name beside a file that nobody can guess. */
export const draftOf = (file: string): string =>
  join(dirname(file), `.ptask-${randomBytes(6).toString('hex')}`);

/** A file that was not there: whatever stands at its path is left alone. */
export const openFresh = (path: string, mode = 0o666): number =>
  openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW, mode);

/**
 * A file of ours to write to, as it is; the folders must be there.
 * @param isNew may make the file; else throws ENOENT where somebody has taken it away
 * @param reads is read from, too
 */
export function openOwn(
  path: string,
  { isNew = true, appends = false, reads = false, mode = 0o666 } = {},
): number {
  for (const each of ownFolders(dirname(path))) confirmReal(each);
  const { O_WRONLY, O_RDWR, O_CREAT, O_APPEND } = constants;
  const access = reads ? O_RDWR : O_WRONLY;
  const flags = access | O_NOFOLLOW | O_NONBLOCK | (isNew ? O_CREAT : 0) | (appends ? O_APPEND : 0);
  const handle = openPlain(path, flags, mode);
  if (handle === undefined)
    throw new NotOurs(`${path} is no plain file, and ptask writes to no other: remove it`);
  return handle;
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
  if (!isReachable(path)) return undefined;
  try {
    return openPlain(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Undefined where it is no plain file. A FIFO would keep whoever opens it waiting, but for the flag. */
function openPlain(path: string, flags: number, mode?: number): number | undefined {
  let handle: number;
  try {
    handle = openSync(path, flags, mode);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // A link, a folder, a FIFO that nobody reads.
    if (['ELOOP', 'EMLINK', 'EISDIR', 'ENXIO'].includes(code)) return undefined;
    throw error;
  }
  if (fstatSync(handle).isFile()) return handle;
  closeSync(handle);
  return undefined;
}

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
  makeFolder(dirname(path));
  replaceBy(path, mode, (handle) => {
    writeFileSync(handle, text);
    if (isLasting) fsyncSync(handle);
  });
  if (isLasting) synchronise(dirname(path));
}

/** The same where the folder is there. @param write gets an open file that is new and empty */
export function replaceBy(path: string, mode: number, write: (handle: number) => void): void {
  const draft = draftOf(path);
  const handle = openFresh(draft, mode);
  try {
    try {
      write(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
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
