// The event with which a task ends, from what is known of it.

import type { TaskFinished } from '../model/event.ts';

export type Finished = Omit<TaskFinished, 'at'>;

/** The result of a task that had no attempt. */
export function neverRan(
  id: string,
  status: 'passed' | 'failed' | 'skipped' | 'cancelled',
  reason: string,
  because: { because?: string },
): Finished {
  return {
    type: 'task-finished',
    id,
    status,
    reason,
    ...because,
    exitCode: null,
    durationMs: 0,
    attempts: 0,
    filesChanged: [],
    strays: [],
    output: { bytes: 0, tail: [] },
  };
}
