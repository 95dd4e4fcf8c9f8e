// Removes what a task has made before, so that it begins as it would in a fresh clone.

import { rmdirSync, unlinkSync } from 'node:fs';
import { orElse } from '../../base/error-code.ts';
import { look } from '../../base/look.ts';
import { ancestorsOf } from '../../base/path-names.ts';
import { locate, type RawPath } from '../../base/raw-path.ts';

/** Folders only where nothing is left in them, and nothing by way of a link. What the disk says no to stays. */
export function removeOwn(root: string, own: Iterable<RawPath>): void {
  // What is in a folder comes before it.
  for (const path of [...own].sort().reverse()) {
    if (!ancestorsOf(path).every((folder) => look(locate(root, folder))?.isDirectory())) continue;
    const at = locate(root, path);
    const remove = look(at)?.isDirectory() === true ? rmdirSync : unlinkSync;
    orElse(() => remove(at), undefined);
  }
}
