// A file as it is: its bytes, a clone of them where the file system can, its permissions and its time; a link as a link.

import { constants, lstatSync, lutimesSync, readlinkSync, symlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { mtimeOf, secondsOf } from './look.ts';
import type { FsPath } from './raw-path.ts';

/**
 * Writes over a file at the target. False, with nothing done, for what is neither file nor link: a FIFO would keep
 * whoever opens it waiting.
 */
export async function copyAsIs(from: FsPath, to: FsPath): Promise<boolean> {
  const stats = lstatSync(from, { bigint: true });
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(from, 'buffer'), to);
  else if (stats.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
  else return false;
  lutimesSync(to, secondsOf(stats.atimeNs), mtimeOf(stats));
  return true;
}
