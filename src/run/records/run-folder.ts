// The two folders of a run: .ptask/runs/<id>/ for logs and reports, which people read and any task may sweep away, and one
// of the same name in the state folder, on which the run relies. Unaware of what stands in them.

import { dirname, join } from 'node:path';
import { fileNameOf } from '../../base/file-name.ts';
import { isThere, lookAt, makeFolder, makeFresh, namesIn, remove } from '../../base/own-folders.ts';
import { claimState } from './foreign-files.ts';
import { ordinalIn, takeOrdinal } from './ordinal.ts';
import { logsFolder, runsIn, type StateDir, stateDirOf } from './state-dir.ts';

/** How many runs are kept at least, and how many more may pile up: removing folders takes time at the end of a run. */
const KEEP = 20;
const SPARE = 10;

/** A run without a report is either still going on or was killed; after this long it is the latter. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

export interface RunFolder {
  id: string;
  /** Absolute, of the logs and reports. */
  path: string;
  journal: string;
  /** Absolute, of what recovery, rollback and undo need. */
  state: string;
  /** Which run it was: see ordinal.ts. */
  ordinal: number;
}

const runsFolder = (root: string): string => join(logsFolder(root), 'runs');

export const runFolderOf = (root: string, id: string): string => join(runsFolder(root), id);

/** Where the whole output of a task stands, relative to the folder of its run. */
export const outputName = (task: string): string => `tasks/${fileNameOf(task)}.out`;
/** Where it tells of itself, and where its log for people stands. */
export const notesName = (task: string): string => `tasks/${fileNameOf(task)}.notes`;
export const taskLogName = (task: string): string => `tasks/${fileNameOf(task)}.md`;
/** The log of the run as a whole. */
export const orchestratorName = 'orchestrator.md';
/** The same for the validation step with this place in the list, from 0. Its name may be any sentence. */
export const validationOutputName = (index: number): string => `validation/${index + 1}.out`;
/** What the agent that it is a review of reads. */
export const validationPromptName = (index: number): string => `validation/${index + 1}.review`;
/** What it printed when it was run again to find out which tasks broke it. */
export const replaysOutputName = (index: number): string => `validation/${index + 1}.replays.out`;

function newId(now: Date): string {
  const digits = now.toISOString().replace(/[-:TZ.]/g, '');
  return `PARALLEL-${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14)}`;
}

export const isRunId = (name: string): boolean => /^PARALLEL-\d{8}-\d{6}-\d{3}$/.test(name);

function describe(root: string, id: string, place: StateDir): Omit<RunFolder, 'ordinal'> {
  const path = runFolderOf(root, id);
  return { id, path, journal: join(path, 'events.ndjson'), state: join(runsIn(place), id) };
}

/** Makes the folders of a new run, under a name that no other run has. Throws where the disk says no. */
export function createRunFolder(root: string): RunFolder {
  const place = stateDirOf(root);
  makeFolder(runsFolder(root));
  claimState(place);
  makeFolder(runsIn(place), place.mode);
  for (let time = Date.now(); ; time++) {
    const run = { ...describe(root, newId(new Date(time)), place), ordinal: 0 };
    if (!makeFresh(run.path)) continue;
    if (makeFresh(run.state)) {
      ensureFolderOf(join(run.path, outputName('')));
      return run;
    }
    remove(run.path);
  }
}

/** Makes the folder for a file of a run, at first and again after a task that sweeps. Throws where the disk says no. */
export const ensureFolderOf = (file: string): void => makeFolder(dirname(file));

/** Removes all that there is of a run. */
export function removeRun({ path, state }: RunFolder): void {
  for (const folder of [path, state]) remove(folder);
}

/** The runs that have left logs, or state, or both, in the order in which they ran; those that never came to it are first. */
export function listRuns(root: string): RunFolder[] {
  const place = stateDirOf(root);
  return [...idsOf(root, place)]
    .sort()
    .map((id) => describe(root, id, place))
    .map((run) => ({ ...run, ordinal: ordinalIn(run.state, run.path) }))
    .sort((a, b) => a.ordinal - b.ordinal);
}

const idsOf = (root: string, place: StateDir): Set<string> =>
  new Set([runsFolder(root), runsIn(place)].flatMap(namesIn).filter(isRunId));

/** Gives a run its place behind all others: whoever calls this has the work tree to himself. */
export function numberRun(root: string, run: RunFolder): void {
  const place = stateDirOf(root);
  const here = new Set(namesIn(runsIn(place)));
  const elsewhere = namesIn(runsFolder(root)).filter((id) => isRunId(id) && !here.has(id));
  const others = elsewhere.map((id) => ordinalIn(runFolderOf(root, id)));
  takeOrdinal(place.home, run, others);
}

/** Removes all but the newest runs, several at a time; never one that may still be going on. How many those were. */
export function pruneRuns(root: string): number {
  if (idsOf(root, stateDirOf(root)).size < KEEP + SPARE) return 0;
  const runs = listRuns(root);
  let removed = 0;
  for (const run of runs.slice(0, -KEEP)) {
    const ended = isThere(join(run.path, 'report.json'));
    const times = [run.path, run.state].map((folder) => Number(lookAt(folder)?.mtimeMs ?? 0));
    const age = Date.now() - Math.max(...times);
    if (!ended && age <= ABANDONED_MS) continue;
    removeRun(run);
    removed += 1;
  }
  return removed;
}

/** Does what is good to have and no reason to fail; comes back with what went wrong, if anything did. */
export function bestEffort(what: string, work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return `${what}: ${(error as Error).message}`;
  }
}
