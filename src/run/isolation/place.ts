// What git does not bring into a worktree and a task needs there: linked and copied files, and the ignored files that the
// task itself declares to read or write.

import { constants, existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type RawPath, rawPath } from '../../base/raw-path.ts';
import type { Config, Task } from '../../config/config.ts';
import { listFiles } from '../../plan/listing.ts';
import { matcher } from '../../plan/patterns/index.ts';
import { wantsOf } from '../../plan/touches.ts';
import { look, type Print, printOf } from '../../store/print.ts';

export interface Placing {
  /** The shared tree's root and that of the worktree, both at the config's folder. */
  root: string;
  workdir: string;
  config: Pick<Config, 'worktrees'>;
  task: Pick<Task, 'reads' | 'writes'>;
  /** Files that .worktreeinclude lists, relative to the root. */
  included: readonly string[];
}

export interface Placed {
  /** Relative to the root. None of them is part of what the task has done, unless it declares to write them. */
  placed: RawPath[];
  /** What was copied, as it was in the shared tree just before. */
  found: Map<RawPath, Print>;
}

/** Links and copies what is not there yet. */
export async function placeFiles({ root, workdir, config, task, included }: Placing): Promise<Placed> {
  const placed: string[] = [];
  const found = new Map<RawPath, Print>();
  for (const path of config.worktrees.link) {
    const [from, to] = [join(root, path), join(workdir, path)];
    if (!existsSync(from) || isThere(to)) continue;
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(from, to);
    placed.push(path);
  }
  for (const path of new Set([...included, ...copied(root, config, task)])) {
    const [from, to] = [join(root, path), join(workdir, path)];
    const stats = look(from);
    if (stats === undefined || isThere(to)) continue;
    found.set(rawPath(path), printOf(stats));
    await copy(from, to);
    placed.push(path);
  }
  return { placed: placed.map(rawPath), found };
}

function copied(root: string, config: Placing['config'], task: Placing['task']): string[] {
  const lists = [config.worktrees.copy, task.reads, task.writes].filter((list) => list.length > 0);
  return lists.flatMap((list) => listFiles(root, wantsOf(list)).filter(matcher(list)));
}

/** A clone where the file system can; a link stays a link. */
async function copy(from: string, to: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  const stats = lstatSync(from);
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (stats.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Takes the links away again before a worktree is given to another task or removed: what they lead to is the user's. */
export function removeLinks(workdir: string, config: Placing['config']): void {
  for (const path of config.worktrees.link) {
    const stats = lstatSync(join(workdir, path), { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) rmSync(join(workdir, path));
  }
}
