// What a task that has passed has read and written, remembered so that a later run can tell whether it need run again.
// Contents are told by their digests and not kept.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { replaceFile } from '../../base/own-files.ts';
import type { Config, Task } from '../../config/config.ts';
import { reachOf } from '../../plan/reach.ts';
import { oidOfFile } from '../../store/content.ts';
import { capture, type Image, imageFromJson, imageToJson } from '../../store/image.ts';
import type { ObjectStore } from '../../store/objects.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import { listerOf } from '../workspace/shared/before-images.ts';

export interface Checkpoint {
  /** See `definitionOf`. */
  definition: string;
  /** The files that it declares to read or write, as it has left them. */
  image: Image;
}

const fileOf = (state: string, task: string): string => join(state, 'checkpoints', `${task}.json`);

/**
 * Of all that decides what a task does: what the config says of it, and its environment. What only decides when, where
 * and how long it runs is left out by name, so that nothing that comes to be said of tasks is forgotten here.
 */
export function definitionOf(config: Config, task: Task, environment = environmentOf(config)): string {
  const { id, index, needs, resources, timeoutMs, retry, onFailure, conflicts, ...rest } = task;
  const { snapshotReads, workspace, strays, checkpoint, description, ...said } = rest;
  const setup = workspace === 'shared' ? [] : config.worktrees.setup;
  // An agent is told the description.
  const told = task.assignment === undefined ? {} : { description };
  return `${digest({ ...said, ...told, setup })} ${environment}`;
}

/** A digest of what the config says for all tasks, its dotenv files read now. */
export function environmentOf(config: Config): string {
  const { file, root, concurrency, strategy, conflicts, onCollision, integrate, ...rest } = config;
  const { worktrees, barrier, resources, tasks, validate, validation, secrets, locate, ...shared } = rest;
  return digest({
    ...shared,
    dotenv: config.dotenv.map((name) => [name, contentOf(resolve(root, name))]),
  });
}

/** What differs, a clause; both of one task. */
export function differenceOf(before: string, now: string): string | undefined {
  if (before === now) return undefined;
  const [own] = now.split(' ');
  return before.split(' ')[0] === own ? 'its environment has changed' : 'its definition has changed';
}

const digest = (value: object): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Undefined where there is no such file, or none that can be read. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

/** The files of the task's globs as they are now. */
export async function observe(
  root: string,
  { reads, writes }: Pick<Task, 'reads' | 'writes'>,
  objects: ObjectStore,
  cache: StatCache,
): Promise<Image> {
  const reader = { put: oidOfFile, has: () => true, clock: () => objects.clock() };
  const image: Image = { entries: new Map(), folders: new Map(), leftOut: [] };
  for (const lists of [reachOf(root, reads), reachOf(root, writes)]) {
    const { entries, folders, leftOut } = await capture(root, listerOf(root, lists), reader, cache);
    for (const [path, entry] of entries) image.entries.set(path, entry);
    for (const [path, mode] of folders) image.folders.set(path, mode);
    image.leftOut.push(...leftOut);
  }
  return image;
}

export function writeCheckpoint(state: string, task: string, { definition, image }: Checkpoint): void {
  replaceFile(fileOf(state, task), `${definition}\n${imageToJson(image)}`, { isLasting: true });
}

/** Undefined where there is none, or none that can be read. */
export function readCheckpoint(state: string, task: string): Checkpoint | undefined {
  try {
    const text = readFileSync(fileOf(state, task), 'utf8');
    const end = text.indexOf('\n');
    return { definition: text.slice(0, end), image: imageFromJson(text.slice(end + 1)) };
  } catch {
    return undefined;
  }
}

/** So that the run that goes on from another can itself be gone on from. */
export function passOnCheckpoint(from: string, to: string, task: string): void {
  if (!existsSync(fileOf(from, task))) return;
  replaceFile(fileOf(to, task), readFileSync(fileOf(from, task)), { isLasting: true });
}
