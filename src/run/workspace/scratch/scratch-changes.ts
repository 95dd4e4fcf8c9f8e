// What a task has changed in its scratch folder: the changes of the user's files that it may make, and those that it has not declared.

import { look, permissionsOf } from '../../../base/look.ts';
import { changesBetween, kindOf } from '../../../base/path-change.ts';
import { parentOf } from '../../../base/path-names.ts';
import { locate, type RawPath, shownPath } from '../../../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../../base/stat-fingerprint.ts';
import type { FileChange } from '../../../model/report.ts';
import type { Change } from '../../../store/change.ts';
import { stateAt } from '../../../store/state-at.ts';
import { walk } from '../../../store/walk.ts';
import { movedLink } from './fill-folder.ts';

/** What is in a folder. */
export interface FolderLook {
  files: Map<RawPath, Fingerprint>;
  /** With their permissions. */
  folders: Map<RawPath, number>;
}

export async function lookInto(folder: string): Promise<FolderLook> {
  const { files, folders } = await walk(folder, { prefixes: [''], matches: () => true });
  const seen: FolderLook = { files: new Map(), folders: new Map() };
  for (const path of files) {
    const stats = look(locate(folder, path));
    if (stats !== undefined) seen.files.set(path, fingerprintOf(stats));
  }
  for (const path of folders) {
    const stats = look(locate(folder, path));
    if (stats !== undefined) seen.folders.set(path, permissionsOf(stats));
  }
  return seen;
}

export interface Looks {
  root: string;
  workdir: string;
  before: FolderLook;
  after: FolderLook;
  /** How the files were in the user's tree when they were copied. */
  found: ReadonlyMap<RawPath, Fingerprint>;
  covers(path: string): boolean;
}

/** All that differs, as shown, relative to the root. */
export const filesChanged = ({ before, after }: Pick<Looks, 'before' | 'after'>): FileChange[] =>
  changesBetween(before.files, after.files).map((change) => ({
    path: shownPath(change.path),
    change: kindOf(change),
  }));

/** Changes of the user's files that come to the same, of what is covered; paths relative to the root. */
export function changesOf(looks: Looks): Change[] {
  const { workdir, root, before, after, found, covers } = looks;
  const changes: Change[] = [];
  const emptied = new Set<RawPath>();
  for (const { path, after: print } of changesBetween(before.files, after.files)) {
    if (!covers(shownPath(path))) continue;
    // Where the task has found a folder there is nothing to be compared with.
    const was = before.folders.has(path) ? {} : { before: found.get(path) ?? ('absent' as const) };
    if (print === undefined) {
      emptied.add(parentOf(path));
      const mode = after.folders.get(path);
      changes.push({
        path,
        ...was,
        after: mode === undefined ? { kind: 'absent' } : { kind: 'folder', mode },
      });
      continue;
    }
    const at = locate(workdir, path);
    const state = stateAt(at);
    if (state === undefined || state.kind === 'folder') continue;
    const moved = state.kind === 'link' ? { target: movedLink(at, workdir, root) } : {};
    changes.push({ path, ...was, after: { ...state, ...moved } });
  }
  const changed = new Set(changes.map(({ path }) => path));
  return [...changes, ...folderChanges(looks, emptied).filter(({ path }) => !changed.has(path))];
}

/** @param emptied folders in which files are gone: with the last one they would go, too */
function folderChanges({ root, before, after, covers }: Looks, emptied: ReadonlySet<RawPath>): Change[] {
  const changes: Change[] = [];
  for (const [path, mode] of after.folders) {
    const was = before.folders.get(path);
    const isKept = was === mode && emptied.has(path);
    if (!isKept && (was === mode || !covers(shownPath(path)))) continue;
    const theirs = look(locate(root, path));
    const own = isKept && theirs?.isDirectory() ? permissionsOf(theirs) : mode;
    changes.push({ path, after: { kind: 'folder', mode: own } });
  }
  for (const path of before.folders.keys()) {
    const isGone = !after.folders.has(path) && !after.files.has(path);
    if (isGone && covers(shownPath(path))) changes.push({ path, after: { kind: 'absent' } });
  }
  return changes;
}
