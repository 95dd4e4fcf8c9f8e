// Paths as text: which lies in which, and which are none of a task's business. Knows no disk.

import type { RawPath } from '../base/raw-path.ts';

/** The folder a path lies in; the root is ''. */
export const parentOf = (path: RawPath): RawPath =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'))) as RawPath;

/** The folders above a path from the outermost inwards, the root not among them. */
export function ancestorsOf(path: RawPath): RawPath[] {
  const found: RawPath[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    found.push(path.slice(0, at) as RawPath);
  return found;
}

export const isInside = (path: RawPath, folder: RawPath): boolean =>
  folder === '' ? path !== '' : path.startsWith(`${folder}/`);

/** Names of git's own files and of ours, however a file system without upper and lower case may spell them. */
export const isOurs = (name: RawPath): boolean => /^\.(?:git|ptask)$/i.test(name);

/**
 * Whether a path names something in the root that a transaction may change. Git's files in a folder below are those of
 * another repository, which may come and go as a whole.
 */
export const isAllowed = (path: RawPath): boolean =>
  !path.includes('\0') &&
  path
    .split('/')
    .every(
      (name, depth) => name !== '' && name !== '.' && name !== '..' && !isForbidden(name as RawPath, depth),
    );

const isForbidden = (name: RawPath, depth: number): boolean =>
  isOurs(name) && (depth === 0 || !/^\.git$/i.test(name));
