// What stands where ptask keeps its own files and is none of them: it came with a clone or an archive, which may say in it
// whatever it likes. Changes nothing but what is ours.

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { look } from '../../base/look.ts';
import { readFile, replaceFile } from '../../base/own-files.ts';
import { makeFolder, NotOurs, OWN_FOLDER } from '../../base/own-folders.ts';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import { GitError, git, records } from '../../git/git.ts';
import { mayHold } from '../../git/index-file.ts';
import { findRepository } from '../../git/repository.ts';
import { logsFolder, type StateDir } from './state-dir.ts';

/** Whether git tracks what a run would write over, or prune. That there is what has git ignore the folder does no harm. */
export async function trackedAmongOurs(root: string): Promise<Diagnostic | undefined> {
  if (look(logsFolder(root)) === undefined) return undefined;
  const repository = findRepository(root);
  if (repository === undefined || !mayHold(repository, OWN_FOLDER)) return undefined;
  const [path] = await tracked(root);
  if (path === undefined) return undefined;
  return {
    message: `git tracks ${path}, and ptask keeps its own files in ${OWN_FOLDER}`,
    hint: `git rm -r --cached ${OWN_FOLDER}, and remove what is not yours`,
  };
}

async function tracked(root: string): Promise<string[]> {
  try {
    const { stdout } = await git(root, ['ls-files', '-z', '--', OWN_FOLDER]);
    return records(stdout)
      .map((path) => shownPath(path as RawPath))
      .filter((path) => path !== `${OWN_FOLDER}/.gitignore`);
  } catch (error) {
    // No repository, or one that git does not want to look at.
    if (error instanceof GitError) return [];
    throw error;
  }
}

/** Says in which folder the state was made: nobody can know that of a disk that is not his. */
const SEAL = 'made-in';

/** What is there of whoever has no place of his own but this: locks, and space that is kept. */
const HARMLESS = /^(?:lock-\d+|draft-.*|reserve)$/;

/**
 * Makes the folder of the marks of runs. Where it has to lie among the user's files, throws `NotOurs` for one that another disk
 * has seen: what stands in it would be taken for an order to change files.
 */
export function claimState({ home, lock, mode }: StateDir): void {
  makeFolder(home, mode);
  if (home !== lock || !home.endsWith(join(OWN_FOLDER, 'state'))) return;
  const seal = join(home, SEAL);
  if (String(readFile(seal)) === placeOf(home)) return;
  if (!readdirSync(home).every((name) => HARMLESS.test(name)))
    throw new NotOurs(`${home} was not made here, so what stands in it is not believed: remove it`);
  replaceFile(seal, placeOf(home));
}

function placeOf(folder: string): string {
  const { dev, ino } = lstatSync(folder);
  return `${dev}:${ino}\n`;
}
