// Where the state of runs lies: what recovery, rollback and undo stand on. A task may sweep its folders clean (`git clean
// -fdx`, `rm -rf .ptask`), and a clone may bring a `.ptask` of its own, so the state is in neither's reach: below the git
// folder of the work tree, which git never cleans and no clone fills, and without a repository in the user's own state folder.

import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_FOLDER } from '../../base/own-folders.ts';
import { nameOf, OF_USER, placeInGit, placeOfUser } from '../../base/own-place.ts';
import { userStateFolder } from '../../base/user-folders.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { ObjectStore } from '../../store/objects.ts';

export interface StateDir {
  /** The marks of runs, and the reserve: shared by all configs of the work tree. */
  home: string;
  /** The lock of the work tree. */
  lock: string;
  /** The runs of this config's folder, and the contents saved for them. */
  own: string;
  /** Permissions of these folders, as far as the umask gives them. */
  mode: number;
}

/** The folder for the logs and reports of a config, which are made again where they are gone. */
export const logsFolder = (root: string): string => join(root, OWN_FOLDER);

/** Changes nothing. */
export function stateDirOf(
  root: string,
  repository: Repository | undefined = findRepository(root),
): StateDir {
  const inGit = repository && placeInGit(repository.gitDir);
  if (repository !== undefined && inGit !== undefined)
    return { home: inGit, lock: inGit, own: join(inGit, nameOf(repository.prefix)), mode: 0o777 };
  // Whoever else uses the folder has another state folder, so what keeps them apart stays beside the config.
  const lock = join(logsFolder(root), 'state');
  const ofUser = placeOfUser(userStateFolder(), realpathSync.native(root));
  const home = ofUser ?? lock;
  return { home, lock, own: join(home, nameOf('')), mode: ofUser === undefined ? 0o777 : OF_USER };
}

/** The ids of all runs that are kept in a repository, of whichever work tree and config. */
export function runsOf({ commonDir }: Repository): Set<string> {
  const linked = join(commonDir, 'worktrees');
  const gitDirs = [commonDir, ...namesIn(linked).map((name) => join(linked, name))];
  const homes = gitDirs.map((gitDir) => join(gitDir, 'ptask'));
  const owns = homes.flatMap((home) => namesIn(home).map((name) => join(home, name)));
  return new Set(owns.flatMap((own) => namesIn(runsIn({ own }))));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export const runsIn = ({ own }: Pick<StateDir, 'own'>): string => join(own, 'runs');

/** Contents that before-images name. */
export const objectsFolder = (root: string): string => join(stateDirOf(root).own, 'store');

export const blobStoreOf = (root: string): BlobStore => new ObjectStore(objectsFolder(root));
