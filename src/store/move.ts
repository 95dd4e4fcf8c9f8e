// One thing from one place to another, also over the border of a file system.

import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { codeOf } from '../base/error-code.ts';
import { look, mtimeOf, permissionsOf } from '../base/look.ts';
import { putOnDisk, synchronise } from '../base/on-disk.ts';
import type { FsPath } from '../base/raw-path.ts';

/**
 * Moves a file, a link or an empty folder, over what is there. A move over a border needs a draft beside the
 * target; killed, it leaves the original, and perhaps the draft or the finished copy.
 */
export function move(from: FsPath, to: FsPath, draft: FsPath): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    moveAcross(from, to, draft);
  }
}

function moveAcross(from: FsPath, to: FsPath, draft: FsPath): void {
  const stats = look(from);
  if (stats === undefined) throw new Error(`gone while it was moved: ${from}`);
  if (stats.isDirectory()) {
    mkdirSync(to);
    chmodSync(to, permissionsOf(stats));
    rmdirSync(from);
    return;
  }
  rmSync(draft, { force: true });
  // It has no content that could be copied, and keeps whoever opens it waiting.
  if (!stats.isFile() && !stats.isSymbolicLink()) throw new Error(`cannot be moved to another disk: ${from}`);
  if (stats.isSymbolicLink()) {
    symlinkSync(readlinkSync(from, 'buffer'), draft);
  } else {
    copyFileSync(from, draft, constants.COPYFILE_FICLONE);
    chmodSync(draft, permissionsOf(stats));
    utimesSync(draft, mtimeOf(stats), mtimeOf(stats));
  }
  // The original goes once the copy is there for good.
  synchronise(draft);
  renameSync(draft, to);
  putOnDisk(to);
  unlinkSync(from);
}
