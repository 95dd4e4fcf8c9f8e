// Removes what a task has made before, so that it begins as it would in a fresh clone.

import { chmodSync, rmdirSync, unlinkSync } from 'node:fs';
import { codeOf, orElse } from '../../base/error-code.ts';
import { look, permissionsOf } from '../../base/look.ts';
import { ancestorsOf, parentOf } from '../../base/path-names.ts';
import { type FsPath, locate, type RawPath } from '../../base/raw-path.ts';
import { fingerprintOf } from '../../base/stat-fingerprint.ts';
import type { Entry } from '../../store/image.ts';

/**
 * Folders only where nothing is left in them, and nothing by way of a link. What the disk says no to stays.
 * @param found what the files were like when they were looked at; without it they are taken to be so still
 * @returns one that stays: it was edited since, or the disk says no
 */
export function removeOwn(
  root: string,
  own: Iterable<RawPath>,
  found?: ReadonlyMap<RawPath, Entry>,
): RawPath | undefined {
  let staying: RawPath | undefined;
  // What is in a folder comes before it.
  for (const path of [...own].sort().reverse()) {
    if (!ancestorsOf(path).every((folder) => look(locate(root, folder))?.isDirectory())) continue;
    const at = locate(root, path);
    const stats = look(at);
    if (stats === undefined) continue;
    const isFolder = stats.isDirectory();
    const isEdited = !isFolder && found !== undefined && found.get(path)?.print !== fingerprintOf(stats);
    if (isEdited || !removed(at, isFolder, locate(root, parentOf(path)))) staying = path;
  }
  return staying;
}

/** False where the disk says no. One that may not be written to is opened for a moment, as the task itself would have to. */
function removed(at: FsPath, isFolder: boolean, folder: FsPath): boolean {
  const remove = (): boolean => {
    if (isFolder) orElse(() => rmdirSync(at), undefined, 'ENOENT', 'ENOTEMPTY', 'EEXIST');
    else orElse(() => unlinkSync(at), undefined, 'ENOENT');
    return true;
  };
  try {
    return remove();
  } catch (error) {
    const stats = codeOf(error) === 'EACCES' ? look(folder) : undefined;
    if (stats === undefined) return false;
    const mode = permissionsOf(stats);
    return orElse(() => {
      chmodSync(folder, mode | 0o700);
      try {
        return remove();
      } finally {
        chmodSync(folder, mode);
      }
    }, false);
  }
}
