// A file is replaced in one step: written under another name beside it, and renamed. Unaware of whose it is.

import { closeSync, constants, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { uniqueWord } from './unique-word.ts';

/** Windows has no such flag. */
const { O_NOFOLLOW = 0 } = constants as { O_NOFOLLOW?: number };

/** A name beside a file; what already has it is never opened. */
export const draftOf = (file: string): string => join(dirname(file), `.ptask-${uniqueWord()}`);

/** A file that was not there: whatever stands at its path is left alone. */
export const openFresh = (path: string, mode = 0o666): number =>
  openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW, mode);

/** The folder must be there. Throws where the disk says no. @param write gets an open file that is new and empty */
export function replaceBy(path: string, mode: number, write: (handle: number) => void): void {
  const draft = draftOf(path);
  const handle = openFresh(draft, mode);
  try {
    try {
      write(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
