// The files that every remote task finds, also where they lie outside of the repository: a `node_modules` may be a link to another one's.

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { orElse } from '../../base/error-code.ts';
import { locate, type RawPath, rawPath, shownPath } from '../../base/raw-path.ts';
import { imageOf, type TreeView } from '../../cache/tree-view.ts';
import { DIGESTS_ONLY, type Known } from '../../store/image.ts';
import type { Files } from './given.ts';

/** What links lead to that is not in the repository stands in their place. */
export async function sharedFiles(
  root: string,
  view: TreeView,
  known: Known,
  globs: readonly string[],
): Promise<Files> {
  const files: Files = new Map();
  if (globs.length === 0) return files;
  const { entries } = await view.image([...globs]);
  for (const [path, entry] of entries) {
    const outside = entry.kind === 'link' ? targetBeyond(root, String(locate(root, path))) : undefined;
    if (outside === undefined) files.set(path, { entry, at: locate(root, path) });
    else await addBeyond(files, path, outside, known, []);
  }
  return files;
}

/** Where a link leads that leads out of the folder. */
function targetBeyond(folder: string, link: string): string | undefined {
  const real = orElse(() => realpathSync.native(link), undefined);
  return real === undefined || isBelow(folder, real) ? undefined : real;
}

/** @param above what its place is beyond of already: links may lead in circles */
async function addBeyond(
  files: Files,
  path: RawPath,
  target: string,
  known: Known,
  above: readonly string[],
): Promise<void> {
  if (above.some((each) => isBelow(target, each))) return;
  const [folder, list] = [dirname(target), relative(dirname(target), target)];
  const { entries } = await imageOf(folder, [[list, `${list}/**`]], DIGESTS_ONLY, known);
  for (const [inner, entry] of entries) {
    const name = (path + inner.slice(rawPath(list).length)) as RawPath;
    const at = locate(folder, inner);
    if (entry.kind === 'file') {
      files.set(name, { entry, at });
      continue;
    }
    const way = resolve(dirname(String(at)), shownPath(entry.target));
    const beyond = targetBeyond(target, String(at));
    if (beyond !== undefined) await addBeyond(files, name, beyond, known, [...above, target]);
    // Absolute or not, it leads to the same from the place that it has there.
    else if (isBelow(target, way))
      files.set(name, { entry: { ...entry, target: rawPath(relative(dirname(String(at)), way)) }, at });
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}
