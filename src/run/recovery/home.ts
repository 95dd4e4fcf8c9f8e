// What a look at the marks of a work tree's runs tells. Changes nothing.

import { stateDirOf } from '../state-dir.ts';
import { marked } from './active.ts';
import { holderOf } from './lock.ts';

/** Whether runs were killed here and nobody has put it right yet. */
export function isWaitingToBePutRight(root: string): boolean {
  const { home, lock } = stateDirOf(root);
  return marked(home).length > 0 && holderOf(lock) === undefined;
}
