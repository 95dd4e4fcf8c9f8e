// Where a worktree lies: in the folder that is asked for, or where nothing can be written there in one of ours.

import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFolder } from '../base/own-folders.ts';
import type { Repository } from './repository.ts';

export interface WorktreePlace {
  dir: string;
  name: string;
  /** Why it is not the folder that was asked for, a sentence without a full stop. */
  elsewhere?: string;
}

/** @param asked absolute @param id of its task */
export function placeFor({ top, prefix }: Repository, asked: string, id: string): WorktreePlace {
  try {
    return { dir: writable(asked, top), name: `${basename(top)}.${id}` };
  } catch (error) {
    const inside = join(top, Buffer.from(prefix, 'latin1').toString('utf8'), '.ptask', 'worktrees');
    return { dir: writable(inside, top), name: id, elsewhere: (error as Error).message };
  }
}

/** Its real path, which is the one git will write down. Made if need be, as open as the user's folder. */
function writable(dir: string, top: string): string {
  makeFolder(dir, statSync(top).mode & 0o777);
  accessSync(dir, constants.W_OK | constants.X_OK);
  return realpathSync.native(dir);
}
