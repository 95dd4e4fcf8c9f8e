// Where a strict task works. Programs look for their settings in the folders above them (package.json, tsconfig.json, .editorconfig),
// so the folder lies beside the repository, as worktrees do, and not in the run's state, which lies inside: what the task has not
// declared would be found there. Who is killed leaves it to recovery, which knows of it from the undo log.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { codeOf, orElse } from '../../../base/error-code.ts';
import { fileNameOf } from '../../../base/file-name.ts';
import { lifeOf, processNamed, thisProcess } from '../../../base/liveness.ts';
import { look } from '../../../base/look.ts';
import { OWN_FOLDER } from '../../../base/own-folders.ts';
import { ancestorsOf } from '../../../base/path-names.ts';
import { shownPath } from '../../../base/raw-path.ts';
import { removeFolder } from '../../../base/remove-folder.ts';
import { MODULES } from '../node-modules.ts';
import type { TreePlace } from '../shared/shared-tree.ts';

export interface ScratchPlace {
  tree: Pick<TreePlace, 'top' | 'prefix'>;
  /** Where worktrees lie. */
  dir: string;
  /** Where nothing may be written beside the repository. */
  otherwise: string;
  /** Whose the folder is: a run by its id, or see `ownerOfCheck`. */
  owner: string;
}

export interface ScratchFolder {
  /** What is made and removed. */
  path: string;
  /** The folder in it that takes the place of the config's. */
  workdir: string;
  /** One for files of ours. */
  own: string;
}

/** Says whose the folder is; no pattern matches what lies there. */
const mark = (path: string): string => join(path, OWN_FOLDER, 'strict');

/**
 * Makes an empty one. Throws where the disk says no.
 * @param noted writes down which one before it is made
 */
export function makeScratch(
  { tree, dir, otherwise, owner }: ScratchPlace,
  task: string,
  noted: (path: string) => void,
): ScratchFolder {
  const { top, prefix } = tree;
  const beside = besideOf({ tree, dir });
  const name = `${namesOf(top)}${fileNameOf(task)}`;
  const path = makeIn(beside, name, top, noted) ?? makeIn(otherwise, name, top, noted);
  if (path === undefined) throw new Error(`no folder can be made in ${beside}`);
  const own = join(path, OWN_FOLDER);
  mkdirSync(own);
  writeFileSync(mark(path), owner);
  const workdir = join(path, shownPath(prefix));
  mkdirSync(workdir, { recursive: true });
  if (prefix !== '') linkModulesAbove(top, path, shownPath(prefix));
  return { path, workdir, own };
}

/** What is installed in the folders above that of the config is found there from it. */
function linkModulesAbove(top: string, path: string, prefix: string): void {
  for (const folder of ['', ...ancestorsOf<string>(prefix)]) {
    const from = join(top, folder, MODULES);
    if (existsSync(from)) symlinkSync(from, join(path, folder, MODULES));
  }
}

const besideOf = ({ tree, dir }: Pick<ScratchPlace, 'tree' | 'dir'>): string =>
  isInside(tree.top, dir) ? dirname(tree.top) : dir;

/** What the names of all begin with. */
const namesOf = (top: string): string => `${basename(top)}.strict.`;

/** Undefined where nothing may be written there. */
function makeIn(dir: string, name: string, top: string, noted: (path: string) => void): string | undefined {
  mkdirSync(dir, { recursive: true });
  const real = realpathSync.native(dir);
  for (let count = 1; ; count++) {
    const path = join(real, count === 1 ? name : `${name}.${count}`);
    if (look(path) !== undefined) continue;
    noted(path);
    try {
      mkdirSync(path, (statSync(top).mode & 0o777) | 0o700);
      return path;
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return undefined;
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
};

/** What says whose it is goes last, so that it outlives a kill. */
export const removeScratch = (path: string): Promise<void> => removeFolder(path, OWN_FOLDER);

/** Removes what a killed run has left there. A sentence where it stays. */
export async function removeLeftScratch(path: string, runId: string): Promise<string | undefined> {
  if (look(path)?.isDirectory() !== true) return undefined;
  const owner = ownerOf(path);
  // Killed before it could say so, or when nothing else was left.
  const isBare = !owner && readdirSync(path).every((name) => name === OWN_FOLDER);
  if (owner !== runId && !isBare) return `${path} was left, since it does not say which run it is of`;
  await removeScratch(path);
  return undefined;
}

const ownerOf = (path: string): string | undefined =>
  orElse(() => readFileSync(mark(path), 'utf8'), undefined, 'ENOENT', 'ENOTDIR');

const CHECK = 'check ';

/** A check is no run that anybody could recover: it is told by its process. */
export const ownerOfCheck = (): string => CHECK + JSON.stringify(thisProcess());

/** Removes what checks of this tree have left that were killed. */
export async function removeAbandoned({ tree, dir, otherwise }: ScratchPlace): Promise<void> {
  for (const folder of new Set([besideOf({ tree, dir }), otherwise])) {
    const real = orElse(() => realpathSync.native(folder), folder);
    const names = orElse(() => readdirSync(real), []).filter((name) => name.startsWith(namesOf(tree.top)));
    for (const path of names.map((name) => join(real, name))) {
      const owner = ownerOf(path);
      if (owner?.startsWith(CHECK) !== true) continue;
      const process = orElse(() => processNamed(JSON.parse(owner.slice(CHECK.length))), undefined);
      if (process !== undefined && lifeOf(process) === 'dead') await removeScratch(path);
    }
  }
}
