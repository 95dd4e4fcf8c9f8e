// The order in which runs have run: a number for each, taken once it has the work tree to itself. The name of a run holds the
// time at which somebody asked for it, and clocks go back, and runs wait for each other.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { noteNew } from '../../base/on-disk.ts';
import { readFile, replaceFile } from '../../base/own-files.ts';
import { inReserve } from '../../base/reserve.ts';

const fileIn = (folder: string): string => join(folder, 'ordinal');

/** Of a run by its folders, whichever of them is left; 0 for one that has not run, as far as anything tells. */
export function ordinalIn(...folders: readonly string[]): number {
  for (const folder of folders) {
    // A task may have swept it away, or it is another user's.
    const ordinal = Number(readFile(fileIn(folder)) ?? 0);
    if (Number.isSafeInteger(ordinal) && ordinal > 0) return ordinal;
  }
  return 0;
}

/** Of the configs of a work tree, which share its state. */
function statesIn(home: string): string[] {
  return foldersIn(home).flatMap((own) => foldersIn(join(own, 'runs')));
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name))
    : [];

/** The last one that was given, so that nobody has to look at every run; 0 where that is not known. */
const lastGiven = (home: string): number => ordinalIn(home);

/**
 * Gives a run its place behind all others of the work tree, and of these. Throws where the disk says no.
 * @param home see state-dir.ts
 * @param others ordinals of runs that have no state here
 */
export function takeOrdinal(
  home: string,
  { state, path }: { state: string; path: string },
  others: readonly number[],
): void {
  const given = lastGiven(home) || Math.max(0, ...statesIn(home).map((each) => ordinalIn(each)));
  const ordinal = Math.max(given, ...others) + 1;
  inReserve(home, () => {
    for (const folder of [state, path, home]) replaceFile(fileIn(folder), `${ordinal}\n`);
  });
  noteNew(fileIn(home));
}

/** Of a run that may be one of another config of the work tree. */
export const ordinalOfId = (home: string, id: string): number =>
  Math.max(0, ...foldersIn(home).map((own) => ordinalIn(join(own, 'runs', id))));
