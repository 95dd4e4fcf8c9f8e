// What there is to tell of each run of before, in a line.

import type { Report } from '../model/report.ts';
import { reportOf } from '../report/report.ts';
import { listRuns, type RunFolder } from '../run/records/run-folder.ts';
import { isGoingOn } from '../run/recovery/active-runs.ts';
import { changesOfRun } from '../run/recovery/changed-by-run.ts';
import { hitOf } from '../state/cached.ts';
import { hasRun, journaled } from './past-runs.ts';

export interface PastRunFacts {
  id: string;
  /** `unreadable`: its journal is gone, or of another version of ptask. */
  status: Report['status'] | 'running' | 'killed' | 'unreadable';
  /** ISO 8601, UTC. */
  startedAt?: string;
  durationMs?: number;
  /** How many tasks ended how, those from the cache as `cached`. */
  tasks: Record<string, number>;
  /** How many files and links it changed. */
  files: number;
  isUndone: boolean;
}

/** The newest first. */
export const pastRunFacts = (root: string): PastRunFacts[] =>
  listRuns(root)
    .filter(hasRun)
    .reverse()
    .map((run) => factsOf(root, run));

function factsOf(root: string, run: RunFolder): PastRunFacts {
  const { paths, isUndone } = changesOfRun(run);
  const changed = { files: paths.size, isUndone };
  const journal = journaled(run);
  if (!journal.ok) return { id: run.id, status: 'unreadable', tasks: {}, ...changed };
  const state = journal.value;
  const { status, startedAt, durationMs, tasks } = reportOf(state);
  const counts: Record<string, number> = {};
  for (const task of tasks) {
    const how = hitOf(task) === undefined ? task.status : 'cached';
    counts[how] = (counts[how] ?? 0) + 1;
  }
  const { endedAt } = state;
  if (endedAt === undefined && isGoingOn(root, run.id)) {
    // What is to come of them is not known yet.
    delete counts.cancelled;
    return { id: run.id, status: 'running', startedAt, tasks: counts, ...changed };
  }
  const how = endedAt === undefined ? 'killed' : status;
  return { id: run.id, status: how, startedAt, durationMs, tasks: counts, ...changed };
}
