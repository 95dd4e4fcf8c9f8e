// What a task that has passed has read and written, remembered so that a later run can tell whether it need run again.
// Contents are told by their digests and not kept.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Task } from '../../config/config.ts';
import { oidOfFile } from '../../store/content.ts';
import { capture, type Image, imageFromJson, imageToJson } from '../../store/image.ts';
import type { ObjectStore } from '../../store/objects.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import { reachOf } from '../tree/before-images.ts';

export interface Checkpoint {
  /** A digest of all that decides what the task does. */
  definition: string;
  /** The files that it declares to read or write, as it has left them. */
  image: Image;
}

const fileOf = (runFolder: string, task: string): string => join(runFolder, 'checkpoints', `${task}.json`);

/** Of what the config says of a task, but for what only decides when and how long it runs. */
export function definitionOf(config: Pick<Config, 'env' | 'dotenv'>, task: Task): string {
  const { run, verify, shell, reads, writes, cwd, env, assignment, review } = task;
  const told = { assignment, review, description: assignment && task.description };
  const said = {
    run,
    verify,
    shell,
    reads,
    writes,
    cwd,
    env,
    ...told,
    shared: config.env,
    dotenv: config.dotenv,
  };
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** The files of the task's globs as they are now. */
export async function observe(
  root: string,
  { reads, writes }: Pick<Task, 'reads' | 'writes'>,
  objects: ObjectStore,
  cache: StatCache,
): Promise<Image> {
  const globs = [reads, writes].filter((list) => list.length > 0);
  const reader = { put: oidOfFile, has: () => true, clock: () => objects.clock() };
  const image: Image = { entries: new Map(), folders: new Map(), leftOut: [] };
  for (const list of globs) {
    const { entries, folders, leftOut } = await capture(root, reachOf(root, list), reader, cache);
    for (const [path, entry] of entries) image.entries.set(path, entry);
    for (const [path, mode] of folders) image.folders.set(path, mode);
    image.leftOut.push(...leftOut);
  }
  return image;
}

export function writeCheckpoint(runFolder: string, task: string, { definition, image }: Checkpoint): void {
  makeFolder(runFolder);
  writeFileSync(fileOf(runFolder, task), `${definition}\n${imageToJson(image)}`);
}

/** Not that of the run, which somebody may have taken away. */
function makeFolder(runFolder: string): void {
  const folder = join(runFolder, 'checkpoints');
  if (!existsSync(folder)) mkdirSync(folder);
}

/** Undefined where there is none, or none that can be read. */
export function readCheckpoint(runFolder: string, task: string): Checkpoint | undefined {
  try {
    const text = readFileSync(fileOf(runFolder, task), 'utf8');
    const end = text.indexOf('\n');
    return { definition: text.slice(0, end), image: imageFromJson(text.slice(end + 1)) };
  } catch {
    return undefined;
  }
}

/** So that the run that goes on from another can itself be gone on from. */
export function passOnCheckpoint(from: string, to: string, task: string): void {
  if (!existsSync(fileOf(from, task))) return;
  makeFolder(to);
  copyFileSync(fileOf(from, task), fileOf(to, task));
}
