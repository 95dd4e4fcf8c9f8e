// Where the results of tasks are kept: one folder for all worktrees of a repository, in the git folder that they share, unless the
// config or the environment names another. Changes nothing.

import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { commonGitFolder, findGitFolder } from '../base/git-folder.ts';
import { OF_USER, placeInGit, placeOfUser } from '../base/own-place.ts';
import { userCacheFolder } from '../base/user-folders.ts';
import type { Config } from '../config/config.ts';
import { CacheStore } from './cache-store.ts';

/** Names the folder instead of the config; relative to the config, as there. */
export const CACHE_DIR = 'PTASK_CACHE_DIR';

export interface CachePlace {
  /** Absolute. */
  folder: string;
  /** Permissions of the folders in it, as far as the umask gives them: what lies among one user's own files is for nobody else. */
  mode: number;
}

type Located = { root: string; cache: Pick<Config['cache'], 'dir'> };
type Environment = Record<string, string | undefined>;

/** Undefined where there is no place for it. */
export function cacheFolderOf(
  { root, cache: { dir } }: Located,
  env: Environment = process.env,
): CachePlace | undefined {
  const { [CACHE_DIR]: named = '' } = env;
  if (named !== '') return { folder: resolve(root, named), mode: 0o777 };
  if (dir !== undefined) return { folder: dir, mode: 0o777 };
  // A folder that is no longer there.
  const real = orElse(() => realpathSync.native(root), undefined);
  return real === undefined ? undefined : usualPlace(real, env);
}

function usualPlace(real: string, env: Environment): CachePlace | undefined {
  const git = findGitFolder(real);
  const shared = git && placeInGit(commonGitFolder(git.gitDir));
  if (shared !== undefined) return { folder: join(shared, 'cache'), mode: 0o777 };
  const own = placeOfUser(userCacheFolder(env), real);
  return own === undefined ? undefined : { folder: join(own, 'cache'), mode: OF_USER };
}

/** Undefined where there is no place for one. */
export function cacheStoreOf(config: Located, env?: Environment): CacheStore | undefined {
  const place = cacheFolderOf(config, env);
  return place && new CacheStore(place.folder, place.mode);
}
