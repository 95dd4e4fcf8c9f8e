// Where ptask keeps for a folder what is its own: below the git folder of the work tree, where no clone puts files and no task
// sweeps, else in one of the user's own folders. Changes nothing.

import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { digestOf } from './digest.ts';
import { orElse } from './error-code.ts';

/** Of a whole work tree; undefined where git's folder may not be written to. */
export const placeInGit = (gitDir: string): string | undefined =>
  isWritable(gitDir) ? join(gitDir, 'ptask') : undefined;

/** In a folder of the user; undefined where there is none that may be written to. @param real a real path */
export const placeOfUser = (folder: string | undefined, real: string): string | undefined =>
  folder !== undefined && isWritable(nearest(folder))
    ? join(folder, 'ptask', `${basename(real) || 'root'}-${digest(real)}`)
    : undefined;

/** Permissions of a place that is one user's. */
export const OF_USER = 0o700;

/** A folder of the work tree as one name. @param prefix relative to the top */
export const nameOf = (prefix: string): string => (prefix === '' ? 'top' : `at-${digest(prefix)}`);

const digest = (text: string): string => digestOf(text).slice(0, 12);

/** The folder itself or, as long as it is not there, the one above it that is. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

const isWritable = (folder: string): boolean =>
  orElse(() => accessSync(folder, constants.W_OK | constants.X_OK) === undefined, false);
