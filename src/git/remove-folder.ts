// Removes folders whatever is in them: names of any bytes, folders without permissions, repositories. Links are not
// followed.

import { chmodSync, type Dirent, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Pace } from '../base/pace.ts';
import type { FsPath } from '../base/raw-path.ts';

/** Removes a file, a link or a folder with all it holds; nothing there is fine. Throws what the disk says. */
export async function removeAll(path: FsPath): Promise<void> {
  await removeWith(Buffer.from(path), () => {}, new Pace());
}

/**
 * The same for a folder, with its entry `last` after all the others: what says whose the folder is must outlive a
 * kill.
 */
export async function removeFolder(folder: string, last: string): Promise<void> {
  const pace = new Pace();
  const parent = Buffer.from(folder);
  for (const entry of entriesOf(parent))
    if (entry.name.toString() !== last) await removeWith(inFolder(parent, entry), openUp(parent), pace);
  await removeWith(Buffer.from(join(folder, last)), openUp(parent), pace);
  rmdirSync(folder);
}

/** An entry whose name is told in bytes. */
export type RawEntry = Omit<Dirent, 'name'> & { name: Buffer };

/** The types of node 20 do not know that `readdir` gives buffers for entries, too. */
export const listFolder = (folder: FsPath): RawEntry[] =>
  readdirSync(folder, { withFileTypes: true, encoding: 'buffer' as BufferEncoding }) as unknown as RawEntry[];

/** `allow` makes the parent folder one that may be written to. */
async function removeWith(path: Buffer, allow: () => void, pace: Pace): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  await remove(path, stats.isDirectory(), allow, pace);
}

async function remove(path: Buffer, isFolder: boolean, allow: () => void, pace: Pace): Promise<void> {
  await pace.turn();
  if (!isFolder) return attempt(() => unlinkSync(path), allow);
  for (const entry of entriesOf(path))
    await remove(inFolder(path, entry), entry.isDirectory(), openUp(path), pace);
  attempt(() => rmdirSync(path), allow);
}

function entriesOf(folder: Buffer): RawEntry[] {
  let entries: RawEntry[] = [];
  attempt(() => {
    entries = listFolder(folder);
  }, openUp(folder));
  return entries;
}

const inFolder = (folder: Buffer, { name }: RawEntry): Buffer =>
  Buffer.concat([folder, Buffer.from('/'), name]);

const openUp = (folder: Buffer) => (): void => chmodSync(folder, 0o700);

/** Once more, when permissions were in the way. Somebody else may have removed it meanwhile. */
function attempt(action: () => void, allow: () => void): void {
  try {
    action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    allow();
    action();
  }
}
