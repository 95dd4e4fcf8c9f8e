// The files of a run that say what was there before each task, and the store of the contents. Unaware of when they are used.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, noteNew } from '../../base/on-disk.ts';
import { matcher } from '../../plan/patterns/index.ts';
import { prefixesOf } from '../../plan/touches.ts';
import {
  capture,
  type Image,
  imageFromJson,
  imageToJson,
  type Limit,
  type Lister,
} from '../../store/image.ts';
import type { ObjectStore } from '../../store/objects.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import { walk } from '../../store/walk.ts';

/**
 * What is kept of a task's files when nothing but a crash, Ctrl-C or `ptask undo` would ask for it. To keep more than
 * this, a whole node_modules say, takes longer than to make it again.
 */
const LIMIT: Limit = { files: 20_000, bytes: 256 * 1024 * 1024 };

export const imagesFolder = (state: string): string => join(state, 'images');

const imageFile = (state: string, task: string): string => join(imagesFolder(state), `${task}.json`);

/** The files that the globs match, with the folders on the way. */
export function reachOf(root: string, globs: readonly string[]): Lister {
  const matches = matcher(globs);
  return () => walk(root, { prefixes: prefixesOf(globs), matches });
}

export interface ImageRequest {
  root: string;
  /** Of the run, see run-folder.ts. */
  state: string;
  task: string;
  writes: readonly string[];
  /** However much it is. */
  mustKeep: boolean;
}

/** Keeps the files that a task may change. False when there are too many of them. */
export async function takeImage(
  { root, state, task, writes, mustKeep }: ImageRequest,
  objects: ObjectStore,
  cache: StatCache,
): Promise<boolean> {
  const image = await capture(root, reachOf(root, writes), objects, cache, mustKeep ? undefined : LIMIT);
  if ('tooLarge' in image) return false;
  write(imageFile(state, task), imageToJson(image));
  return true;
}

/** The folder is made for the first one. */
function write(file: string, text: string): void {
  noteNew(file);
  try {
    writeFileSync(file, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFolder(dirname(file));
    writeFileSync(file, text);
  }
}

/** What was kept for a task is there, and says nothing: a disk has lied, say. A sentence for people, without a full stop. */
export class DamagedImage extends Error {
  constructor(task: string, options: ErrorOptions) {
    super(`what was kept of the files of ${task} is damaged, so they stay as they are`, options);
    this.name = 'DamagedImage';
  }
}

/** The image of a task of this run, where there is one. Throws `DamagedImage`. */
export function imageOf(state: string, task: string): Image | undefined {
  let text: string;
  try {
    text = readFileSync(imageFile(state, task), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return imageFromJson(text);
  } catch (cause) {
    throw new DamagedImage(task, { cause });
  }
}
