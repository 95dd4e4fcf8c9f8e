// A result that the cache has of a task. Types.

import type { TaskRecord } from '../../cache/record.ts';
import type { Change } from '../../store/change.ts';
import type { Lookup } from './lookups.ts';
import type { Said } from './said.ts';

export interface Hit {
  key: string;
  /** It came from another machine. */
  isRemote?: true;
  /** What is told of the task. */
  told: Pick<TaskRecord, 'durationMs' | 'exitCode' | 'verify'>;
  said: Said;
  /** What is to be in place; undefined where it is known to be. */
  wanted?: Wanted;
}

/** All or nothing of it. */
export interface Wanted {
  lookup: Lookup;
  record: TaskRecord;
  /** What is left to do. */
  changes: readonly Change[];
}
