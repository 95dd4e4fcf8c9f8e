// What is remembered from one command to the next, and is safe to delete: whoever reads a file takes what is damaged or foreign
// for missing. It lies where no clone puts files, since a command that only looks at a repository remembers, too.

import { closeSync, fstatSync, readdirSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { orElse } from './error-code.ts';
import { findGitFolder } from './git-folder.ts';
import { OWNER_ONLY, openOwn, readFile } from './own-files.ts';
import { lookAt, makeFolder, remove } from './own-folders.ts';
import { nameOf, OF_USER, placeInGit, placeOfUser } from './own-place.ts';
import { rawPath } from './raw-path.ts';
import { draftOf, openFresh, replaceBy } from './replace.ts';
import { userCacheFolder } from './user-folders.ts';

/** Undefined where there is no place for it. @param root the folder of the config */
export function cacheFile(root: string, name: string): string | undefined {
  const cache = cacheOf(root);
  return cache === undefined ? undefined : join(cache.folder, name);
}

function cacheOf(root: string): { folder: string; mode: number } | undefined {
  try {
    const real = realpathSync.native(root);
    const git = findGitFolder(real);
    const place = git && placeInGit(git.gitDir);
    if (git === undefined || place === undefined) {
      const folder = placeOfUser(userCacheFolder(), real);
      return folder === undefined ? undefined : { folder, mode: OF_USER };
    }
    const name = nameOf(rawPath(relative(git.top, real).split(sep).join('/')));
    return { folder: join(place, name, 'cache'), mode: 0o777 };
  } catch {
    // A folder that is no longer there.
    return undefined;
  }
}

export function readCache(root: string, name: string): Buffer | undefined {
  const file = cacheFile(root, name);
  return file === undefined ? undefined : readFile(file);
}

/**
 * Writes a cache file at once or not at all: where nothing may be written, nothing is remembered, and it is false. `write`
 * gets an open file that is new and empty.
 */
export function writeCache(root: string, name: string, write: (handle: number) => void): boolean {
  const isWritten = inCache(root, (folder) => {
    replaceBy(join(folder, name), OWNER_ONLY, write);
    return true;
  });
  return isWritten ?? false;
}

/** Adds to a cache file, in one go; false where nothing may be written. */
export function appendCache(root: string, name: string, text: string): boolean {
  const isWritten = inCache(root, (folder) => {
    const handle = openOwn(join(folder, name), { appends: true, mode: OWNER_ONLY });
    try {
      writeSync(handle, text);
    } finally {
      closeSync(handle);
    }
    return true;
  });
  return isWritten ?? false;
}

/** Of the cache files whose names begin so, all but those that were written last are removed. */
export function tidyCache(root: string, prefix: string, most: number): void {
  inCache(root, (folder) => {
    const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
    if (names.length <= most) return;
    const files = names.map((name) => join(folder, name));
    const age = new Map(files.map((file) => [file, lookAt(file)?.mtimeMs ?? 0n]));
    files.sort((a, b) => Number((age.get(b) ?? 0n) - (age.get(a) ?? 0n)));
    for (const file of files.slice(most)) remove(file);
  });
}

/** When something is written there now, in milliseconds by the clock of its file system. */
export const cacheClock = (root: string): number | undefined =>
  inCache(root, (folder) => {
    const draft = draftOf(join(folder, 'any'));
    const handle = openFresh(draft, OWNER_ONLY);
    try {
      return fstatSync(handle).mtimeMs;
    } finally {
      closeSync(handle);
      rmSync(draft, { force: true });
    }
  });

/** Makes the folder. Undefined where there is none, or the disk says no: then nothing is remembered. */
function inCache<T>(root: string, work: (folder: string) => T): T | undefined {
  const cache = cacheOf(root);
  if (cache === undefined) return undefined;
  return orElse(() => {
    makeFolder(cache.folder, cache.mode);
    return work(cache.folder);
  }, undefined);
}
