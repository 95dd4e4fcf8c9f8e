// Files at paths that the user names. Such a path may be a link, a device or a FIFO, and what stands there stays what it is: only
// its content is another. Unaware of what is written.

import {
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './error-code.ts';
import { followLinks } from './follow-links.ts';
import { replaceBy } from './replace.ts';

/** The folders whose names are the open files of a process: `/dev/stdout` leads into one. */
const OPEN_FILES = /^(?:\/proc\/(\d+)|\/dev)\/fd$/;

/** Milliseconds until somebody may have read something from a pipe that is full. */
const FULL_MS = 5;

/** The errors that say that a file can be written to only where it is. */
const IN_PLACE = ['EACCES', 'EPERM', 'EBUSY', 'EXDEV'];

/**
 * Writes the text; a plain file has the old one or the new one at every moment, where that can be. Comes back with the open file of
 * this process that the path means, if it does. Throws where the disk says no.
 */
export async function writeGiven(path: string, text: string): Promise<number | undefined> {
  // To which pipe or file the links to open files lead, their text does not say.
  const file = followLinks(path, (folder) => OPEN_FILES.test(folder));
  const handle = ownDescriptor(file);
  if (handle !== undefined) {
    await writeAll(handle, text);
    return handle;
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  const isReplaceable = stats === undefined || (stats.isFile() && stats.nlink === 1);
  if (!isReplaceable || OPEN_FILES.test(dirname(file)) || !replaced(file, text, stats))
    await writeInPlace(file, text, stats?.isFile() === true);
  return undefined;
}

/** The open file of this process that the path means: opened anew it would begin at its beginning. */
function ownDescriptor(path: string): number | undefined {
  const [isOpenFile, pid = String(process.pid)] = OPEN_FILES.exec(dirname(path)) ?? [];
  if (isOpenFile === undefined || pid !== String(process.pid)) return undefined;
  return /^\d+$/.test(basename(path)) ? Number(basename(path)) : undefined;
}

async function writeAll(handle: number, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(handle, bytes, done);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      await sleep(FULL_MS);
    }
  }
}

/** False, with nothing done, where the file would be another's then, or may not be replaced. */
function replaced(file: string, text: string, stats: Stats | undefined): boolean {
  try {
    replaceBy(file, 0o666, (handle) => {
      if (stats !== undefined) liken(handle, stats);
      writeFileSync(handle, text);
    });
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (stats === undefined || !IN_PLACE.includes(code)) throw error;
    return false;
  }
}

/** Throws EPERM where it cannot be. */
function liken(handle: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(handle);
  if (own.uid !== uid || own.gid !== gid) fchownSync(handle, uid, gid);
  fchmodSync(handle, mode & 0o7777);
}

/** A FIFO has whoever opens it wait for a reader, and Ctrl-C must end that. */
async function writeInPlace(file: string, text: string, isPlain: boolean): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | (isPlain ? constants.O_TRUNC : 0));
  try {
    await writeAll(handle.fd, text);
  } finally {
    await handle.close();
  }
}
