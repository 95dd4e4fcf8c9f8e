// How a file of a lock comes to be whole from its first moment: it is written under another name and linked into place. Unaware of
// what it says.

import { linkSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, orElse } from './error-code.ts';
import { ownerLife, processFile } from './process-files.ts';
import { uniqueWord } from './unique-word.ts';

const DRAFT = /^draft-/;

/** A draft of somebody who cannot be seen from here that is older, in milliseconds, is what a killed process has left. */
const ABANDONED = 24 * 60 * 60 * 1_000;

export const draftIn = (folder: string): string => join(folder, `${processFile('draft')}${uniqueWord()}`);

/** Whether it is what a killed process has left. */
export function isLeftDraft(folder: string, name: string): boolean {
  const life = ownerLife('draft', name);
  if (life !== 'unknown') return life === 'dead';
  const mtime = lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
  return DRAFT.test(name) && mtime !== undefined && Date.now() - mtime > ABANDONED;
}

/** Makes a file that is whole from the first moment; false where there is one already. */
export function appear(folder: string, path: string, text: string): boolean {
  const draft = draftIn(folder);
  writeFileSync(draft, text, { flag: 'wx' });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    // Somebody has tidied up.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    return create(path, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Where the file system knows no second name of a file. */
const create = (path: string, text: string): boolean =>
  orElse(
    () => {
      writeFileSync(path, text, { flag: 'wx' });
      return true;
    },
    false,
    'EEXIST',
  );
