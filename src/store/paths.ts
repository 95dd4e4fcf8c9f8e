// Which paths are none of a task's business. Knows no disk.

import type { RawPath } from '../base/raw-path.ts';

/** Names of git's own files and of ours, however a file system without upper and lower case may spell them. */
export const isOurs = (name: RawPath): boolean => /^\.(?:git|ptask)$/i.test(name);

/**
 * Whether a path names something in the root that a transaction may change. Git's files in a folder below are those of
 * another repository, which may come and go as a whole.
 */
export const isAllowed = (path: RawPath): boolean =>
  IS_USUAL.test(path) ||
  (!path.includes('\0') &&
    path
      .split('/')
      .every(
        (name, depth) => name !== '' && name !== '.' && name !== '..' && !isForbidden(name as RawPath, depth),
      ));

/** No name in it is empty or begins with a dot. */
const IS_USUAL = /^[^./\0][^/\0]*(?:\/[^./\0][^/\0]*)*$/;

const isForbidden = (name: RawPath, depth: number): boolean =>
  isOurs(name) && (depth === 0 || !/^\.git$/i.test(name));
