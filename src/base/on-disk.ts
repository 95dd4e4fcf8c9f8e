// What must be on the disk itself, and not only in the memory of the system, before something else happens: a power cut
// takes the rest. Noted as it is written, by whomever, and then brought there all at once. Unaware of what it is for.

import { execFile } from 'node:child_process';
import { close, closeSync, constants, fsync, fsyncSync, open, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, orElse } from './error-code.ts';
import { type FsPath, folderOf, rawPath, rawPathOf } from './raw-path.ts';
import { step } from './trace.ts';

/**
 * From so many paths on the whole file system is asked, where that is possible: it takes some ten milliseconds, and
 * each path for itself one or more.
 */
const MANY = 40;

/** How many are asked for at once: as many as Node does at once, and some that wait. */
const WIDTH = 8;

/** Follows no link, whose folder is all there is of it, and waits for no FIFO. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const isWindows = process.platform === 'win32';

/** Gone meanwhile, or a link: nothing that could be lost. */
const NOTHING = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'];
/** File systems that know no such thing for a folder, or for this kind of file. */
const UNABLE = ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EBADF', 'EROFS'];
const FORBIDDEN = ['EACCES', 'EPERM'];

const isNothing = (error: unknown): boolean => [...NOTHING, ...UNABLE].includes(codeOf(error) ?? '');

type Noted = Map<string, FsPath>;
const files: Noted = new Map();
const folders: Noted = new Map();
let last: Promise<void> = Promise.resolve();

/** A path's bytes, so that one noted as text and as bytes is one. */
const keyOf = (path: FsPath): string => (typeof path === 'string' ? rawPath(path) : rawPathOf(path));

/** The content of a file whose name is there already. */
export const noteFile = (path: FsPath): void => void files.set(keyOf(path), path);

/** Which names are in a folder, and its mode. */
export const noteFolder = (folder: FsPath): void => void folders.set(keyOf(folder), folder);

/** A file and its name. */
export function noteNew(path: FsPath): void {
  noteFile(path);
  noteFolder(folderOf(path));
}

/** A folder, and each above it up to this one. */
export function noteFolders(folder: string, top: string): void {
  for (let at = folder; ; at = dirname(at)) {
    noteFolder(at);
    if (at === top || dirname(at) === at) return;
  }
}

/**
 * All that is noted by now is on the disk: files before the folders that name them. Rejects where the disk says no; then
 * it is still noted.
 */
export function onDisk(): Promise<void> {
  last = last.then(flush, flush);
  return last;
}

/** The same of one file and its name, at once. */
export function putOnDisk(path: FsPath): void {
  for (const each of [path, folderOf(path)]) synchronise(each);
}

/** One file or folder, at once. */
export function synchronise(path: FsPath): void {
  // Windows synchronises no folders, and no file that is open for reading.
  if (isWindows) return;
  try {
    const handle = openSync(path, FLAGS);
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!isNothing(error)) throw error;
  }
}

async function flush(): Promise<void> {
  const taken: [Noted, Map<string, FsPath>][] = [files, folders].map((noted) => [noted, new Map(noted)]);
  for (const noted of [files, folders]) noted.clear();
  const all = taken.flatMap(([, paths]) => [...paths.values()]);
  const end = step('disk', 'sync', { paths: all.length });
  try {
    if (isWindows || (all.length > MANY && (await synchroniseAround(all)))) return;
    for (const [, paths] of taken) await each([...paths.values()], synchroniseLater);
  } catch (error) {
    for (const [noted, paths] of taken) for (const [key, path] of paths) noted.set(key, path);
    throw error;
  } finally {
    end();
  }
}

const [opened, synchronised, closed] = [promisify(open), promisify(fsync), promisify(close)];

async function synchroniseLater(path: FsPath): Promise<void> {
  try {
    const handle = await opened(path, FLAGS);
    await synchronised(handle).finally(() => closed(handle));
  } catch (error) {
    if (FORBIDDEN.includes(codeOf(error) ?? '')) await synchroniseAround([path]);
    else if (!isNothing(error)) throw error;
  }
}

/** The file systems that these lie on; false where they cannot be asked as a whole. */
async function synchroniseAround(paths: readonly FsPath[]): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const places = new Map<number, string>();
  for (const folder of new Set(paths.map((path) => String(folderOf(path))))) {
    const device = deviceOf(folder);
    if (device !== undefined) places.set(device, folder);
  }
  if (places.size === 0) return false;
  return new Promise((done) => {
    execFile('sync', ['-f', '--', ...places.values()], (error) => done(error === null));
  });
}

/** Undefined where it is gone, or beyond what may be looked at. */
const deviceOf = (folder: string): number | undefined => orElse(() => statSync(folder).dev, undefined);

async function each(paths: readonly FsPath[], work: (path: FsPath) => Promise<void>): Promise<void> {
  const waiting = [...paths];
  const worker = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await work(path);
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, paths.length) }, worker));
}
