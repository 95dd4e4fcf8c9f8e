// The files of a run: .ptask/runs/<id>/. Unaware of what stands in them.

import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** How many runs are kept at least, and how many more may pile up: removing folders takes time at the end of a run. */
const KEEP = 20;
const SPARE = 10;

/** A run without a report is either still going on or was killed; after this long it is the latter. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

export interface RunFolder {
  id: string;
  /** Absolute. */
  path: string;
  journal: string;
}

export const stateFolder = (root: string): string => join(root, '.ptask');
const runsFolder = (root: string): string => join(stateFolder(root), 'runs');

export const runFolderOf = (root: string, id: string): string => join(runsFolder(root), id);

/** Where the whole output of a task stands, relative to the folder of its run. */
export const outputName = (task: string): string => `tasks/${task}.out`;
/** Where it tells of itself, and where its log for people stands. */
export const notesName = (task: string): string => `tasks/${task}.notes`;
export const taskLogName = (task: string): string => `tasks/${task}.md`;
/** The log of the run as a whole. */
export const orchestratorName = 'orchestrator.md';
/** The same for the validation step with this place in the list, from 0. Its name may be any sentence. */
export const validationOutputName = (index: number): string => `validation/${index + 1}.out`;
/** What it printed when it was run again to find out which tasks broke it. */
export const replaysOutputName = (index: number): string => `validation/${index + 1}.replays.out`;

function newId(now: Date): string {
  const digits = now.toISOString().replace(/[-:TZ.]/g, '');
  return `PARALLEL-${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14)}`;
}

function describe(root: string, id: string): RunFolder {
  const path = runFolderOf(root, id);
  return { id, path, journal: join(path, 'events.ndjson') };
}

/** Makes the folder of a new run, under a name that no other run has. Throws where the disk says no. */
export function createRunFolder(root: string): RunFolder {
  mkdirSync(runsFolder(root), { recursive: true });
  const ignore = join(stateFolder(root), '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  for (let time = Date.now(); ; time++) {
    const run = describe(root, newId(new Date(time)));
    try {
      mkdirSync(run.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    mkdirSync(join(run.path, 'tasks'));
    return run;
  }
}

/** The ids of the runs there are, oldest first. */
function runIds(root: string): string[] {
  if (!existsSync(runsFolder(root))) return [];
  return readdirSync(runsFolder(root))
    .filter((name) => /^PARALLEL-\d{8}-\d{6}-\d{3}$/.test(name))
    .sort();
}

/** The runs there are, oldest first. */
export const listRuns = (root: string): RunFolder[] => runIds(root).map((id) => describe(root, id));

/** Removes all but the newest runs, several at a time; never one that may still be going on. How many those were. */
export function pruneRuns(root: string): number {
  const ids = runIds(root);
  let removed = 0;
  if (ids.length < KEEP + SPARE) return removed;
  for (const id of ids.slice(0, -KEEP)) {
    const { path } = describe(root, id);
    const ended = existsSync(join(path, 'report.json'));
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (!ended && age <= ABANDONED_MS) continue;
    rmSync(path, { recursive: true, force: true });
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

/**
 * Writes a file anew in its place, for what is written while tasks run: one that walks all folders, as some test runners
 * do, would stumble over a draft that comes and goes. A kill leaves the new text, at worst with the end of a longer old one.
 */
export function overwriteFile(path: string, text: string): void {
  const bytes = Buffer.from(text);
  // Nobody is to lead us elsewhere by a link; Windows has no such flag.
  const flags = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const file = openSync(path, flags, 0o666);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, done);
    ftruncateSync(file, bytes.length);
  } finally {
    closeSync(file);
  }
}

/** Replaces a file in one step, so that a reader sees the old text or the new one. */
export function replaceFile(path: string, text: string | Uint8Array): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

const durationsFile = (root: string): string => join(stateFolder(root), 'durations.json');

/** Milliseconds by task from earlier runs; none where the file is missing or is not ours. */
export function rememberedDurations(root: string): Map<string, number> {
  try {
    const stored: unknown = JSON.parse(readFileSync(durationsFile(root), 'utf8'));
    if (typeof stored !== 'object' || stored === null) return new Map();
    return new Map(
      Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  } catch {
    return new Map();
  }
}

/** New durations count half, so that one slow day does not decide the next plan. */
export function rememberDurations(root: string, measured: ReadonlyMap<string, number>): void {
  const durations = rememberedDurations(root);
  for (const [task, ms] of measured) {
    const old = durations.get(task);
    durations.set(task, Math.round(old === undefined ? ms : (old + ms) / 2));
  }
  const sorted = Object.fromEntries([...durations].sort(([a], [b]) => (a < b ? -1 : 1)));
  replaceFile(durationsFile(root), `${JSON.stringify(sorted)}\n`);
}
