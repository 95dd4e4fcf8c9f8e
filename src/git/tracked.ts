// Which of some files git tracks.

import type { RawPath } from '../base/raw-path.ts';
import { GitError, git, records } from './git.ts';
import { toTop } from './prefix.ts';
import { findRepository } from './repository.ts';

/** Paths relative to the folder. None where there is no repository, all where git cannot say: whoever asks spares them. */
export async function trackedAmong(folder: string, paths: readonly RawPath[]): Promise<Set<RawPath>> {
  const repository = findRepository(folder);
  if (repository === undefined || paths.length === 0) return new Set();
  const { top, prefix } = repository;
  try {
    const tracked = new Set(records((await git(top, ['ls-files', '-z'])).stdout));
    return new Set(paths.filter((path) => tracked.has(toTop(prefix, path))));
  } catch (error) {
    if (error instanceof GitError) return new Set(paths);
    throw error;
  }
}
