// Which files are a task's own work, once it is over. Pure.

import { foldersOf } from '../base/path-names.ts';
import type { RawPath } from '../base/raw-path.ts';
import type { Image } from '../store/image.ts';
import { stateOf } from './made.ts';
import type { TaskRecord } from './record.ts';
import type { TaskInputs } from './task-inputs.ts';

/** What is a task's own where its result came from the cache. @param inputs what was there before */
export function madeOf({ changes }: TaskRecord, { written, own }: TaskInputs): Map<RawPath, string> {
  const made = new Map<RawPath, string>();
  for (const change of changes) {
    const { path } = change;
    if (!change.isMade) continue;
    if (change.kind === 'file') made.set(path, stateOf({ ...change, print: '' }));
    else if (change.kind === 'link') made.set(path, stateOf({ ...change, print: '' }));
    else if (change.kind === 'folder') made.set(path, '');
  }
  for (const folder of foldersOf(made.keys()))
    if (own.has(folder) || !written.folders.has(folder)) made.set(folder, '');
  return made;
}

/** What a task has made: what was not there, its own former results left out. */
export function madeBetween(before: Image, own: ReadonlySet<RawPath>, after: Image): Map<RawPath, string> {
  const made = new Map<RawPath, string>();
  for (const [path, entry] of after.entries)
    if (own.has(path) || !before.entries.has(path)) made.set(path, stateOf(entry));
  for (const path of after.folders.keys()) if (own.has(path) || !before.folders.has(path)) made.set(path, '');
  return made;
}
