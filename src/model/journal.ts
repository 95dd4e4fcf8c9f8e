// What of a run's events its journal holds.

import type { Event } from './event.ts';

/** Output is left out: all of it stands in the task's own file. */
export const isJournaled = ({ type }: Event): boolean =>
  type !== 'task-output' && type !== 'validation-output';
