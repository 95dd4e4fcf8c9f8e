// The folders that are ptask's own. A clone may bring a `.ptask` with links in it, under whatever name it can guess, and a task may
// put some there, at any moment: through none of them anything of the user's is written, read or removed.

import { type BigIntStats, linkSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { orElse } from './error-code.ts';
import { look } from './look.ts';
import { noteFolder, noteNew } from './on-disk.ts';
import { RealFolder, Replaced, withRealPath } from './real-folder.ts';
import { removeNow } from './remove-folder.ts';
import { replaceBy } from './replace.ts';

/** The folder of ours that lies among the user's files. */
export const OWN_FOLDER = '.ptask';

/** What stands at a path of ours is something else: a sentence without a full stop. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';
  /** It is none of our mistakes. */
  readonly code = 'ELOOP';
}

/**
 * Does something in a folder of ours, which is what it was until that is done, and reached by real folders only from `.ptask` on.
 * Throws `NotOurs` where one of them is a link, and what the disk says.
 * @param work gets a name for the folder, which is good for calls of this process and only until it returns
 * @param mode makes the folders that are not there, and has git ignore them
 */
export function inFolder<T>(folder: string, work: (at: string) => T, mode?: number): T {
  const own = ownFolders(folder);
  const [first] = own;
  if (first === undefined) {
    if (mode !== undefined) makeAll(folder, mode);
    return work(folder);
  }
  const known = kept.get(folder);
  const isGood = known?.isAt(folder) === true && (mode === undefined || isIgnored(join(first, IGNORED)));
  let held = isGood ? known.share() : RealFolder.at(dirname(first));
  try {
    if (!isGood) {
      for (const each of own) {
        const above = held;
        held = enter(above, each, mode, each === first);
        above.close();
      }
    }
    keep(folder, held);
    const result = work(String(held.path()));
    held.confirm();
    return result;
  } catch (error) {
    if (error instanceof Replaced) throw new NotOurs(error.message);
    throw withRealPath(error);
  } finally {
    held.close();
  }
}

/** Those that were used last, the last one at the end: to find the way anew each time is what takes long. */
const kept = new Map<string, RealFolder>();

/** Those of a run, and some for whoever looks around. */
const MOST_KEPT = 4;

function keep(path: string, folder: RealFolder): void {
  const before = kept.get(path);
  kept.delete(path);
  kept.set(path, folder.share());
  before?.close();
  const [oldest] = kept;
  if (oldest === undefined || kept.size <= MOST_KEPT) return;
  kept.delete(oldest[0]);
  oldest[1].close();
}

function enter(above: RealFolder, path: string, mode: number | undefined, isFirst: boolean): RealFolder {
  const entered = above.enter(basename(path), mode);
  if (entered === undefined)
    throw new NotOurs(`${path} is a link, through which ptask does not write: remove it`);
  const { folder, isNew } = entered;
  if (isNew) for (const each of [path, dirname(path)]) noteFolder(each);
  if (isFirst && mode !== undefined) ignoreAll(folder, path);
  return folder;
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
function ignoreAll(held: RealFolder, path: string): void {
  const file = String(held.pathOf(IGNORED));
  if (isIgnored(file)) return;
  replaceBy(file, 0o666, (handle) => writeFileSync(handle, '*\n'));
  noteNew(join(path, IGNORED));
}

const IGNORED = '.gitignore';

function isIgnored(file: string): boolean {
  const now = look(file);
  // A power cut may have left an empty one.
  return now !== undefined && (now.size > 0n || !now.isFile());
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

/** The same with something in the folder, by its name. */
export const at = <T>(path: string, work: (path: string) => T): T =>
  inFolder(dirname(path), (folder) => work(join(folder, basename(path))));

/** Undefined where it cannot be reached but through a link, or the folder is not there. */
export const reached = <T>(path: string, work: (path: string) => T): T | undefined =>
  orElse(() => at(path, work), undefined, ...UNREACHED);

const UNREACHED = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** Makes a folder of ours and those above it, and what has git ignore them. Throws as `inFolder`. */
export const makeFolder = (folder: string, mode = 0o777): void => inFolder(folder, () => {}, mode);

/** Makes one in a folder that is there; false where there is something already. Throws as `inFolder`. */
export const makeFresh = (folder: string): boolean =>
  orElse(() => at(folder, (path) => mkdirSync(path)) === undefined, false, 'EEXIST');

/** Of what is ours; undefined where nothing is, or nothing that can be reached without going through a link. */
export const lookAt = (path: string): BigIntStats | undefined => reached(path, look);

export const isThere = (path: string): boolean => lookAt(path) !== undefined;

/** The names in a folder of ours; none where there is no such folder. */
export const namesIn = (folder: string): string[] =>
  orElse(() => inFolder(folder, (path) => readdirSync(path)), [], ...UNREACHED);

/** Removes a file or folder of ours with all it holds. What is not there, or beyond a link, is left. */
export const remove = (path: string): void => void reached(path, removeNow);

/** Gives a file a second name; either may be ours. Throws as `inFolder`. */
export const linkOwn = (path: string, second: string): void =>
  at(path, (from) => at(second, (to) => linkSync(from, to)));

/** Whether a path of ours can be reached without going through a link. */
export const isReachable = (path: string): boolean =>
  ownFolders(dirname(path)).every((each) => look(each)?.isSymbolicLink() !== true);
