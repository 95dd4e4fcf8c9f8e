// Whether a result is a matter of what its task declares to write. Pure.

import { foldersOf } from '../base/path-names.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import type { RecordedPath } from './record.ts';

/**
 * Whether a path of the result is what the task declares to write; a folder is that by what it may hold, and by what the result has in
 * it. @param covers whether a path, as shown, is declared
 */
export function withinOf(
  changes: readonly RecordedPath[],
  covers: (shown: string) => boolean,
): (change: RecordedPath) => boolean {
  let above: ReadonlySet<RawPath> | undefined;
  return ({ path, kind }) => {
    const shown = shownPath(path);
    if (covers(shown)) return true;
    if (kind !== 'folder' && kind !== 'absent') return false;
    above ??= foldersOf(changes.map((change) => change.path));
    return above.has(path) || covers(`${shown}/any`);
  };
}
