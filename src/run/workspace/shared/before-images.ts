// The files of a run that say what was there before each task, and the store of the contents. Unaware of when they are used.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../../base/error-code.ts';
import { fileNameOf } from '../../../base/file-name.ts';
import { noteNew } from '../../../base/on-disk.ts';
import { replaceFile } from '../../../base/own-files.ts';
import { anyMatcher, type PatternList } from '../../../plan/patterns/index.ts';
import { prefixesOf } from '../../../plan/touches.ts';
import type { BlobStore } from '../../../store/blob-store.ts';
import {
  capture,
  type Image,
  imageFromJson,
  imageToJson,
  type Limit,
  type Lister,
} from '../../../store/image.ts';
import type { StatCache } from '../../../store/stat-cache.ts';
import { walk } from '../../../store/walk.ts';
import { imagesFolder } from '../../records/scratch.ts';

/**
 * What is kept of a task's files when nothing but a crash, Ctrl-C or `ptask undo` would ask for it. To keep more than
 * this, a whole node_modules say, takes longer than to make it again.
 */
const LIMIT: Limit = { files: 20_000, bytes: 256 * 1024 * 1024 };

const imageFile = (state: string, task: string): string =>
  join(imagesFolder(state), `${fileNameOf(task)}.json`);

/** The files that one of the lists matches, with the folders on the way. @param lists see `reachOf` */
export function listerOf(root: string, lists: readonly PatternList[]): Lister {
  const reach = { prefixes: lists.flatMap(prefixesOf), matches: anyMatcher(lists) };
  return () => walk(root, reach);
}

export interface ImageRequest {
  root: string;
  /** Of the run, see run-folder.ts. */
  state: string;
  task: string;
  /** What the task may change, by names that lead through no link. */
  reach: readonly PatternList[];
  /** However much it is. */
  mustKeep: boolean;
}

/** Keeps the files that a task may change. False when there are too many of them. */
export async function takeImage(
  { root, state, task, reach, mustKeep }: ImageRequest,
  blobs: BlobStore,
  cache: StatCache,
): Promise<boolean> {
  const image = await capture(root, listerOf(root, reach), blobs, cache, mustKeep ? undefined : LIMIT);
  if ('tooLarge' in image) return false;
  const file = imageFile(state, task);
  replaceFile(file, `${JSON.stringify(reach)}\n${imageToJson(image)}`);
  noteNew(file);
  return true;
}

/** What was kept for a task is there, and says nothing: a disk has lied, say. A sentence for people, without a full stop. */
export class DamagedImage extends Error {
  constructor(task: string, options: ErrorOptions) {
    super(`the saved files of ${task} are damaged, so its files stay as they are`, options);
    this.name = 'DamagedImage';
  }
}

/** The image of a task of this run, where there is one. Throws `DamagedImage`. */
export const imageOf = (state: string, task: string): Image | undefined => keptOf(state, task)?.image;

/**
 * The same, with what it is an image of. Where links lead may be another place by now: what lies there is none of what the task
 * was to change.
 */
export function keptOf(state: string, task: string): { image: Image; reach: PatternList[] } | undefined {
  let text: string;
  try {
    text = readFileSync(imageFile(state, task), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const end = text.indexOf('\n');
    return { image: imageFromJson(text.slice(end + 1)), reach: JSON.parse(text.slice(0, end)) };
  } catch (cause) {
    throw new DamagedImage(task, { cause });
  }
}
