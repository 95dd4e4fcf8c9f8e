// The folder that ptask writes to, where git is told what to ignore. git needs no word of it, the folder has its own; tools that only
// look into the .gitignore beside them, as formatters do, would take logs of runs for sources.

import { appendFileSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { OWN_FOLDER } from '../base/own-folders.ts';
import { findRepository } from '../git/repository.ts';
import { gitignoreOf } from '../init/read/gitignore.ts';

const FILE = '.gitignore';

/** The line to add, and to which file; undefined where nothing is to be done. */
export interface Ignoring {
  path: string;
  /** As it is shown. */
  line: string;
  text: string;
}

export function toIgnore(root: string): Ignoring | undefined {
  const path = join(root, FILE);
  const line = `${OWN_FOLDER}/`;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const isRepository = orElse(() => findRepository(root) !== undefined, false);
    return isRepository ? { path, line, text: `${line}\n` } : undefined;
  }
  if (!stats.isFile()) return undefined;
  const before = readFileSync(path, 'utf8');
  if (gitignoreOf(before).hasName(OWN_FOLDER)) return undefined;
  const end = before.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = before !== '' && !before.endsWith('\n');
  return { path, line, text: `${isOpen ? end : ''}${line}${end}` };
}

/** False where it could not be written. */
export const addIgnored = ({ path, text }: Ignoring): boolean =>
  orElse(() => {
    appendFileSync(path, text);
    return true;
  }, false);
