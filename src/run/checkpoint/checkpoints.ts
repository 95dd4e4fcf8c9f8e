// What a task that has passed has read and written, remembered so that a later run can tell whether it need run again.
// Contents are told by their digests and not kept.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf } from '../../base/file-name.ts';
import { replaceFile } from '../../base/own-files.ts';
import { imageOf } from '../../cache/tree-view.ts';
import type { Task } from '../../config/config.ts';
import { reachOf } from '../../plan/reach.ts';
import { DIGESTS_ONLY, type Image, imageFromJson, imageToJson } from '../../store/image.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import type { TaskFingerprint } from '../caching/task-fingerprint.ts';

export interface Checkpoint {
  /** Of what had decided, before it ran, what it would do. */
  fingerprint: TaskFingerprint;
  /** The files that it declares to read or write, as it has left them. */
  image: Image;
}

const fileOf = (state: string, task: string): string =>
  join(state, 'checkpoints', `${fileNameOf(task)}.json`);

/** The files of the task's globs as they are now. */
export async function observe(
  root: string,
  { reads, writes }: Pick<Task, 'reads' | 'writes'>,
  cache: StatCache,
): Promise<Image> {
  const image: Image = { entries: new Map(), folders: new Map(), leftOut: [] };
  for (const list of [reads, writes]) {
    const { entries, folders, leftOut } = await imageOf(root, reachOf(root, list), DIGESTS_ONLY, cache);
    for (const [path, entry] of entries) image.entries.set(path, entry);
    for (const [path, mode] of folders) image.folders.set(path, mode);
    image.leftOut.push(...leftOut);
  }
  return image;
}

export function writeCheckpoint(state: string, task: string, { fingerprint, image }: Checkpoint): void {
  replaceFile(fileOf(state, task), `${fingerprint}\n${imageToJson(image)}`, { isLasting: true });
}

/** Undefined where there is none, or none that can be read. */
export function readCheckpoint(state: string, task: string): Checkpoint | undefined {
  try {
    const text = readFileSync(fileOf(state, task), 'utf8');
    const end = text.indexOf('\n');
    return { fingerprint: text.slice(0, end), image: imageFromJson(text.slice(end + 1)) };
  } catch {
    return undefined;
  }
}

/** So that the run that goes on from another can itself be gone on from. */
export function passOnCheckpoint(from: string, to: string, task: string): void {
  if (!existsSync(fileOf(from, task))) return;
  replaceFile(fileOf(to, task), readFileSync(fileOf(from, task)), { isLasting: true });
}
