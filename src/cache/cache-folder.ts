// Where the results of tasks are kept: one folder for all worktrees of a repository, in the git folder that they share, unless the
// config or the environment names another. Changes nothing.

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { commonGitFolder, findGitFolder } from '../base/git-folder.ts';
import { OF_USER, placeInGit, placeOfUser } from '../base/own-place.ts';
import { userCacheFolder } from '../base/user-folders.ts';
import type { Config } from '../config/config.ts';
import { CacheStore } from './cache-store.ts';
import { namedFolder } from './named-folder.ts';

export interface CachePlace {
  /** Absolute. */
  folder: string;
  /** Permissions of the folders in it, as far as the umask gives them: what lies among one user's own files is for nobody else. */
  mode: number;
}

type Located = { root: string; cache: Pick<Config['cache'], 'dir'> };
type Environment = Record<string, string | undefined>;

/** Undefined where there is no place for it. */
export function cacheFolderOf(config: Located, env: Environment = process.env): CachePlace | undefined {
  const named = namedFolder(config, env);
  if (named !== undefined) return { folder: named, mode: 0o777 };
  // A folder that is no longer there.
  const real = orElse(() => realpathSync.native(config.root), undefined);
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
