// The logs of a run lie where any task may sweep them away, so until the run ends each has a second name in the folder of
// its state, by which it comes back. Where a file system gives no second name, what is swept is gone.

import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isThere, linkOwn, makeFolder } from '../../base/own-folders.ts';
import { OutputFile, type OutputOptions } from './output.ts';
import { bestEffort, ensureFolderOf, type RunFolder } from './run-folder.ts';

type Folders = Pick<RunFolder, 'path' | 'state'>;

const keptIn = ({ state }: Folders): string => join(state, 'logs');

const keptAt = (run: Folders, name: string): string => join(keptIn(run), encodeURIComponent(name));

/** Gives a log its second name. @param name relative to the folder of the run */
export function keepLog(run: Folders, name: string): void {
  const kept = keptAt(run, name);
  if (existsSync(kept)) return;
  bestEffort('', () => {
    makeFolder(keptIn(run));
    linkOwn(join(run.path, name), kept);
  });
}

/** Before a log is opened: its folder is there, and the log as far as it had come. Throws where the disk says no. */
export function bringBackLog(run: Folders, name: string): void {
  const path = join(run.path, name);
  ensureFolderOf(path);
  const kept = keptAt(run, name);
  if (existsSync(kept) && !isThere(path)) bestEffort('', () => linkOwn(kept, path));
}

/**
 * The output of a command as a log of the run. It is there before anything is printed: what came later would come under the hands
 * of who is just sweeping. Throws where the disk says no. @param name relative to the folder of the run
 */
export function openLog(
  run: Folders,
  name: string,
  onText: (text: string) => void,
  options: OutputOptions,
): OutputFile {
  bringBackLog(run, name);
  const output = new OutputFile(join(run.path, name), onText, options);
  keepLog(run, name);
  return output;
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
