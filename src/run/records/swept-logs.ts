// The logs of a run lie where any task may sweep them away, and one that came there with its first byte would come under the hands of
// who is just sweeping. So the log of a command lies in the folder of the run's state as long as the command runs, and gets its name
// among the logs when that is over; until the run ends it has both, and comes back by the one where the other is swept. Where a file
// system gives no second name, a log is among the logs from the beginning, and what is swept is gone.

import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { look } from '../../base/look.ts';
import { isThere, linkOwn, lookAt, makeFolder, remove } from '../../base/own-folders.ts';
import { OutputFile, type OutputOptions } from './output.ts';
import { bestEffort, ensureFolderOf, type RunFolder } from './run-folder.ts';

type Folders = Pick<RunFolder, 'path' | 'state'>;

const keptIn = ({ state }: Folders): string => join(state, 'logs');

const keptAt = (run: Folders, name: string): string => join(keptIn(run), encodeURIComponent(name));

/** Gives the journal, which is there from the beginning, its second name. */
export function keepJournal(run: Folders & Pick<RunFolder, 'journal'>): void {
  bestEffort('', () => {
    makeFolder(keptIn(run));
    linkOwn(run.journal, keptAt(run, basename(run.journal)));
  });
}

/** Whether there are second names: the journal has one. */
const areKept = (run: Folders & Pick<RunFolder, 'journal'>): boolean =>
  existsSync(keptAt(run, basename(run.journal)));

/** Where a log stands, at whatever moment of its run. @param name relative to the folder of the run */
export function logAt(run: Folders, name: string): string {
  const path = join(run.path, name);
  const kept = keptAt(run, name);
  return existsSync(kept) && !isThere(path) ? kept : path;
}

/** Gives a log its name among the logs, where it has one in the state. Throws where the disk says no. */
function bringBackLog(run: Folders, name: string): void {
  const kept = keptAt(run, name);
  const log = look(kept);
  if (log === undefined) return;
  const path = join(run.path, name);
  ensureFolderOf(path);
  const there = lookAt(path);
  if (there?.ino === log.ino && there.dev === log.dev) return;
  // What somebody has put in its place goes.
  if (there !== undefined) remove(path);
  bestEffort('', () => linkOwn(kept, path));
}

/** The output of a command as a log of the run. Throws where the disk says no. @param name relative to the folder of the run */
export function openLog(
  run: RunFolder,
  name: string,
  onText: (text: string) => void,
  options: OutputOptions,
): OutputFile {
  const path = join(run.path, name);
  if (areKept(run)) return new OutputFile(keptAt(run, name), onText, options);
  ensureFolderOf(path);
  return new OutputFile(path, onText, options);
}

/** The command is over. */
export function closeLog(run: Folders, name: string, output: OutputFile): void {
  output.close();
  if (output.bytes > 0) bestEffort('', () => bringBackLog(run, name));
}

/** The run is over: what was swept away is there again, and nothing has two names. */
export function bringBackLogs(run: Folders): void {
  bestEffort('', () => {
    const kept = keptIn(run);
    if (!existsSync(kept)) return;
    for (const name of readdirSync(kept)) {
      const log = decodeURIComponent(name);
      bestEffort('', () => bringBackLog(run, log));
      if (isThere(join(run.path, log))) rmSync(join(kept, name), { force: true });
    }
    if (readdirSync(kept).length === 0) rmdirSync(kept);
  });
}
