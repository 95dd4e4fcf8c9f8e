// Runs of before, for the commands that look back.

import { join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { readFile } from '../base/own-files.ts';
import { isThere } from '../base/own-folders.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { didYouMean } from '../base/suggest.ts';
import type { RunStarted } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import { parseJournal } from '../report/journal.ts';
import { reportOf } from '../report/report.ts';
import { listRuns, type RunFolder } from '../run/records/run-folder.ts';
import { isGoingOn, isWaitingToBePutRight } from '../run/recovery/active-runs.ts';
import { RunState } from '../state/run-state.ts';
import { waitingToBePutRight } from '../ui/recovery-view.ts';
import type { Session } from './session.ts';

/** Of the journals that this ptask can read: those it writes. */
const SCHEMA_VERSION: RunStarted['schemaVersion'] = 2;

const NO_RUNS: Diagnostic = { message: 'nothing has been run here yet', hint: 'ptask run' };

/** One that waits for another has a folder, and has not run. */
export const hasRun = ({ ordinal, journal }: RunFolder): boolean => ordinal > 0 || isThere(journal);

/** The run of that id, or the one that ran last. */
export function findRun(root: string, id: string | undefined): Result<RunFolder> {
  const runs = listRuns(root);
  const last = runs.findLast(hasRun);
  if (last === undefined) return fail(NO_RUNS);
  if (id === undefined) return ok(last);
  const found = runs.find((run) => run.id === id);
  if (found) return ok(found);
  const ids = runs.map((run) => run.id);
  const hint = didYouMean(id, ids) ?? `the last runs are ${ids.slice(-3).join(', ')}`;
  return fail({ message: `there is no run ${id}`, hint });
}

/** A run of before, with all that its journal says. */
export interface PastRun {
  /** Absolute: the folder of the config. */
  root: string;
  run: RunFolder;
  state: RunState;
  report: Report;
}

export function openRun(root: string, id: string | undefined): Result<PastRun> {
  const run = findRun(root, id);
  if (!run.ok) return run;
  const state = stateOf(root, run.value);
  if (!state.ok) return state;
  return ok({ root, run: run.value, state: state.value, report: reportOf(state.value) });
}

function stateOf(root: string, run: RunFolder): Result<RunState> {
  const state = journaled(run);
  if (!state.ok || state.value.endedAt !== undefined || !isGoingOn(root, run.id)) return state;
  const message = `run ${run.id} is still in progress (pid ${state.value.started.pid})`;
  return fail({ message, hint: 'try again when it has finished' });
}

/** What the journal says, which is there whatever became of the run: as far as that goes. */
export function journaled(run: RunFolder): Result<RunState> {
  const journal = readFile(run.journal);
  const events = journal === undefined ? [] : parseJournal(journal.toString('utf8'));
  const [first] = events;
  if (first?.type !== 'run-started')
    return fail({ message: `run ${run.id} has no journal`, hint: 'run it again' });
  if (first.schemaVersion !== SCHEMA_VERSION)
    return fail({
      message: `the journal of run ${run.id} is in another version of the format, written by another version of ptask`,
      hint: 'use that version, or run it again',
    });
  return ok(RunState.of(events));
}

/** It has not come to its end, and does not go on. */
export function wasKilled(root: string, run: RunFolder): boolean {
  if (isThere(join(run.path, 'report.json'))) return false;
  const state = stateOf(root, run);
  return state.ok && state.value.endedAt === undefined;
}

/** For commands that only look: one line, where a run was killed and nobody has put it right. */
export function mentionKilledRuns({ err }: Session, root: string): void {
  if (isWaitingToBePutRight(root)) err.write(waitingToBePutRight(err.colors));
}
