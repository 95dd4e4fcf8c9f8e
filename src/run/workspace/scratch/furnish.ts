// Puts into an empty folder what a task is to find there: files of the user's tree, the packages that are installed beside them, and
// the folder that the task works in.

import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ancestorsOf, foldersOf } from '../../../base/path-names.ts';
import { type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import type { Fingerprint } from '../../../base/stat-fingerprint.ts';
import type { Config, Task } from '../../../config/config.ts';
import type { PatternList } from '../../../plan/patterns/index.ts';
import { reachOf } from '../../../plan/reach.ts';
import { prefixesOf } from '../../../plan/touches.ts';
import { allBelow } from '../../../store/walk.ts';
import { linkModules } from '../node-modules.ts';
import { type DeclaredFiles, declaredFiles } from './declared-files.ts';
import { type Filling, fillFolder } from './fill-folder.ts';

export interface Given extends DeclaredFiles {
  /** What the task may write, by names that lead through no link. */
  reach: readonly PatternList[];
}

/** What a strict task sees. */
export async function givenTo(
  { root, cache }: Pick<Config, 'root' | 'cache'>,
  task: Pick<Task, 'reads' | 'writes' | 'cache'>,
): Promise<Given> {
  const reach = reachOf(root, task.writes);
  const reads = [task.reads, cache.reads, task.cache.isOn ? task.cache.reads : []];
  return { ...(await declaredFiles(root, reads, reach)), reach };
}

/** How the files were in the user's tree just before. */
export async function furnish(
  place: Filling,
  { files, folders, installed }: DeclaredFiles,
  { cwd, writes }: Pick<Task, 'cwd' | 'writes'>,
): Promise<Map<RawPath, Fingerprint>> {
  const { root, workdir } = place;
  const found = await fillFolder(place, files, folders);
  const own = join(cwd).replace(/\/$/, '');
  const isInRoot = own !== '.' && !own.startsWith('..');
  if (isInRoot) mkdirSync(join(workdir, own), { recursive: true });
  const cwds = isInRoot ? [...ancestorsOf<string>(own), own] : [];
  const filled = [...foldersOf(files)].map(shownPath);
  const there = [...new Set(['', ...cwds, ...installed, ...filled])].filter((folder) =>
    isFolder(join(workdir, folder)),
  );
  const { written } = linkModules({ root, workdir, folders: there, written: prefixesOf(writes) });
  const copied = written.flatMap((path) => allBelow(root, rawPath(path)).files);
  for (const [path, print] of await fillFolder(place, copied)) found.set(path, print);
  return found;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
