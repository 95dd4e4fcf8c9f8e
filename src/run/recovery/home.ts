// Where a work tree's lock and the marks of its runs lie, and what a look at them tells. Changes nothing.

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { findRepository, type Repository } from '../../git/repository.ts';
import { stateFolder } from '../run-folder.ts';
import { marked } from './active.ts';
import { holderOf } from './lock.ts';

/** Whether runs were killed here and nobody has put it right yet. */
export function isWaitingToBePutRight(root: string): boolean {
  const home = homeOf(root, findRepository(root));
  return marked(home).length > 0 && holderOf(home) === undefined;
}

/** In the repository's own folder, which all configs of a work tree share; else beside the config. */
export function homeOf(root: string, repository: Repository | undefined): string {
  const own = join(stateFolder(root), 'state');
  if (repository === undefined) return own;
  try {
    accessSync(repository.gitDir, constants.W_OK);
    return join(repository.gitDir, 'ptask');
  } catch {
    return own;
  }
}
