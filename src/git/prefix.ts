// From the paths of the repository to those of the config and back: the config's folder may lie below the top.

import type { RawPath } from '../base/raw-path.ts';
import { shownPath } from '../base/raw-path.ts';

/** `a/b` in the top, seen from the folder `prefix` of the top; what lies outside of it begins with `../`. */
export function fromTop(prefix: RawPath, path: RawPath): RawPath {
  if (prefix === '') return path;
  if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length + 1) as RawPath;
  const parts = prefix.split('/');
  let shared = 0;
  const target = path.split('/');
  while (shared < parts.length && parts[shared] === target[shared]) shared++;
  return `${'../'.repeat(parts.length - shared)}${target.slice(shared).join('/')}` as RawPath;
}

/** The inverse, for paths inside the folder. */
export const toTop = (prefix: RawPath, path: RawPath): RawPath =>
  (prefix === '' ? path : `${prefix}/${path}`) as RawPath;

export const shownFromTop = (prefix: RawPath, path: RawPath): string => shownPath(fromTop(prefix, path));
