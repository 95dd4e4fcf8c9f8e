// Removes folders whatever is in them: names of any bytes, folders without permissions, repositories. Links are not
// followed, be they put there meanwhile.

import { chmodSync, type Dirent, readdirSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs';
import { codeOf, orElse } from './error-code.ts';
import { Pace } from './pace.ts';
import { bytesOf, type FsPath, folderOf, type RawPath } from './raw-path.ts';
import { RealFolder, Replaced, withRealPath } from './real-folder.ts';

/** Removes a file, a link or a folder with all it holds; nothing there is fine. Throws what the disk says. */
export const removeAll = (path: FsPath): Promise<void> => paced(removing(path));

/**
 * The same for a folder to which no link leads, with its entry `last` after all the others: what says whose the folder is must
 * outlive a kill. Throws `Replaced` where a link leads to it meanwhile.
 */
export const removeFolder = (folder: string, last: string): Promise<void> => paced(removing(folder, last));

/** As `removeAll`, at once: for what is small. */
export function removeNow(path: FsPath): void {
  for (const _ of removing(path));
}

async function paced(steps: Iterable<void>): Promise<void> {
  const pace = new Pace();
  for (const _ of steps) await pace.turn();
}

/** An entry whose name is told in bytes. */
export type RawEntry = Omit<Dirent, 'name'> & { name: Buffer };

/** The types of node 20 do not know that `readdir` gives buffers for entries, too. */
export const listFolder = (folder: FsPath): RawEntry[] =>
  readdirSync(folder, { withFileTypes: true, encoding: 'buffer' as BufferEncoding }) as unknown as RawEntry[];

/** As `removeAll`, of what a path leads to in a folder without any link on the way: beyond one there is nothing of it. */
export const removeWithin = (top: string, path: RawPath): Promise<void> => paced(removingWithin(top, path));

function* removingWithin(top: string, path: RawPath): Iterable<void> {
  const names = path.split('/').map((name) => bytesOf(name as RawPath));
  const name = names.pop() as Buffer;
  let above = RealFolder.at(top);
  const openUp = (): void => chmodSync(above.path(), 0o700);
  try {
    for (const folder of names) {
      const next = attempt(() => enter(above, folder), openUp);
      if (next === undefined) return;
      above.close();
      above = next;
    }
    yield* remove(above, name, true, openUp);
  } catch (error) {
    throw withRealPath(error);
  } finally {
    above.close();
  }
}

/** Comes back after each entry. @param last see `removeFolder` */
function* removing(path: FsPath, last?: string): Iterable<void> {
  const parent = folderOf(path);
  const above = attempt(
    () => RealFolder.at(parent),
    () => {},
  );
  if (above === undefined) return;
  try {
    if (last !== undefined && realpathSync.native(above.path()) !== parent)
      throw new Replaced(`a link leads to ${path}`);
    yield* remove(above, nameOf(path), true, () => {}, last);
  } catch (error) {
    throw withRealPath(error);
  } finally {
    above.close();
  }
}

function nameOf(path: FsPath): Buffer {
  const bytes = Buffer.from(path as string);
  return bytes.subarray(bytes.lastIndexOf('/') + 1);
}

/**
 * @param mayBeFolder it has seemed to be one, or nobody has looked
 * @param allow makes the folder that it lies in one that may be written to
 */
function* remove(
  above: RealFolder,
  name: FsPath,
  mayBeFolder: boolean,
  allow: () => void,
  last?: string,
): Iterable<void> {
  const folder = mayBeFolder ? attempt(() => enter(above, name), allow) : undefined;
  if (folder === undefined) attempt(() => unlinkSync(above.pathOf(name)), allow);
  else {
    yield* empty(folder, last);
    attempt(() => rmdirSync(above.pathOf(name)), allow);
  }
  yield;
}

/** Closes it, too. */
function* empty(folder: RealFolder, last: string | undefined): Iterable<void> {
  const openUp = (): void => chmodSync(folder.path(), 0o700);
  try {
    const entries = attempt(() => listFolder(folder.path()), openUp) ?? [];
    const isLast = (entry: RawEntry): boolean => entry.name.toString() === last;
    for (const entry of [...entries.filter((each) => !isLast(each)), ...entries.filter(isLast)])
      yield* remove(folder, entry.name, entry.isDirectory(), openUp);
  } catch (error) {
    throw withRealPath(error);
  } finally {
    folder.close();
  }
}

/** Undefined where it is something else. Throws ENOENT. */
const enter = (above: RealFolder, name: FsPath): RealFolder | undefined =>
  orElse(() => above.enter(name)?.folder, undefined, 'ENOTDIR');

/** Once more, when permissions were in the way. Undefined where somebody else has removed it meanwhile. */
function attempt<T>(action: () => T, allow: () => void): T | undefined {
  try {
    return action();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    allow();
    return action();
  }
}
