// What a look at the marks of a work tree's runs tells. Changes nothing.

import { holderOf } from '../../base/lock.ts';
import { isActive, marked } from '../records/run-mark.ts';
import { stateDirOf } from '../records/state-dir.ts';

/** Whether runs were killed here and nobody has put it right yet. */
export function isWaitingToBePutRight(root: string): boolean {
  const { home, lock } = stateDirOf(root);
  return marked(home).length > 0 && holderOf(lock) === undefined;
}

/** Whether a run lives, as far as one look can tell. Whoever works under another's lock has a mark alone. */
export function isGoingOn(root: string, runId: string): boolean {
  const { home, lock } = stateDirOf(root);
  return holderOf(lock)?.what === runId || isActive(home, runId);
}
