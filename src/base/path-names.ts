// Paths as text: which lies in which. Knows no disk.

import type { RawPath } from './raw-path.ts';

/** The folder a path lies in; the root is ''. */
export const parentOf = <Path extends string = RawPath>(path: Path): Path =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'))) as Path;

/** The folders above a path from the outermost inwards, the root not among them. */
export function ancestorsOf<Path extends string = RawPath>(path: Path): Path[] {
  const found: Path[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    found.push(path.slice(0, at) as Path);
  return found;
}

/** The same of many, each once. */
export function foldersOf<Path extends string = RawPath>(paths: Iterable<Path>): Set<Path> {
  const folders = new Set<Path>();
  let last = '' as Path;
  for (const path of paths) {
    // Most paths come after one in the same folder.
    if (path.lastIndexOf('/') === last.length && path.startsWith(last)) continue;
    last = parentOf(path);
    for (let at = last; at !== '' && !folders.has(at); at = parentOf(at)) folders.add(at);
  }
  return folders;
}

export const isInside = (path: RawPath, folder: RawPath): boolean =>
  folder === '' ? path !== '' : path.startsWith(`${folder}/`);

/** Whether a path is one of these or lies below one. */
export const isWithin = (path: string, places: ReadonlySet<string>): boolean =>
  places.has(path) || ancestorsOf<string>(path).some((folder) => places.has(folder));
