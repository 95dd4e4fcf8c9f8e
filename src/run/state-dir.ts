// Where the state of runs lies: what recovery, rollback and undo stand on. A task may sweep its folders clean (`git clean
// -fdx`, `rm -rf .ptask`), and a clone may bring a `.ptask` of its own, so the state is in neither's reach: below the git
// folder of the work tree, which git never cleans and no clone fills, and without a repository in the user's own state folder.

import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findRepository, type Repository } from '../git/repository.ts';
import { userStateFolder } from './platform.ts';

export interface StateDir {
  /** The marks of runs, and the reserve: shared by all configs of the work tree. */
  home: string;
  /** The lock of the work tree. */
  lock: string;
  /** The runs of this config's folder, and the contents saved for them. */
  own: string;
}

/** The folder for the logs, reports and caches of a config, which are made again where they are gone. */
export const logsFolder = (root: string): string => join(root, '.ptask');

/** Changes nothing. */
export function stateDirOf(
  root: string,
  repository: Repository | undefined = findRepository(root),
): StateDir {
  if (repository !== undefined && isWritable(repository.gitDir)) {
    const home = join(repository.gitDir, 'ptask');
    return { home, lock: home, own: join(home, nameOf(repository.prefix)) };
  }
  // Whoever else uses the folder has another state folder, so what keeps them apart stays beside the config.
  const lock = join(logsFolder(root), 'state');
  const states = userStateFolder();
  const real = realpathSync(root);
  const home =
    states !== undefined && isWritable(nearest(states))
      ? join(states, 'ptask', `${basename(real) || 'root'}-${digest(real)}`)
      : lock;
  return { home, lock, own: join(home, nameOf('')) };
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

/** A folder of the work tree as one name. */
const nameOf = (prefix: string): string => (prefix === '' ? 'top' : `at-${digest(prefix)}`);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** The folder itself or, as long as it is not there, the one above it that is. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
