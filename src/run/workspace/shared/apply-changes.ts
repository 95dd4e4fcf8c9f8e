// What a task has done elsewhere, brought into the user's files: all of it or nothing.

import { type RawPath, shownPath } from '../../../base/raw-path.ts';
import { reasonOf } from '../../../base/system-limits.ts';
import { shownFromTop, toTop } from '../../../git/prefix.ts';
import type { Change } from '../../../store/change.ts';
import type { SharedTree } from './shared-tree.ts';
import type { TreeWatch } from './watch.ts';

export interface ApplyingOptions {
  tree: SharedTree;
  /** Sees what tasks change beyond what they are to change, where there is somebody to tell. */
  watch: TreeWatch | undefined;
  /** Hears which paths a task has changed in the user's tree, as shown, relative to the root. */
  onOver(task: string, paths: readonly string[]): void;
}

/** @param changes by paths relative to the root. A sentence where it is nothing. */
export async function applyChanges(
  { tree, watch, onOver }: ApplyingOptions,
  id: string,
  changes: readonly Change[],
): Promise<string | undefined> {
  const { prefix } = tree.place;
  const paths = changes.map(({ path }) => shownPath(path));
  try {
    if (changes.length > 0) {
      watch?.integrating(paths);
      const atTop = changes.map((change) => ({ ...change, path: toTop(prefix, change.path) }));
      const done = await tree.transactions.replace(atTop, `apply ${id}`);
      if (!done.ok) return notApplied(prefix, done.edited);
      await tree.applied(id, done.id);
      watch?.integrated(paths);
    }
  } catch (error) {
    return `its changes could not be applied: ${reasonOf(error)}`;
  }
  onOver(id, paths);
  return undefined;
}

function notApplied(prefix: RawPath, edited: readonly RawPath[]): string {
  const [first = ''] = edited.map((path) => shownFromTop(prefix, path));
  const more = edited.length > 1 ? ` and ${edited.length - 1} more` : '';
  return `its changes were not applied: ${first}${more} changed in the shared tree while it ran`;
}
