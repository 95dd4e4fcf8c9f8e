// How often a result was taken from a store, by whatever process: a line that says since when, and then a byte for each time. Of
// bytes that two append none is lost, as of a number that both raise one would be.

import { closeSync, linkSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { openOwn, readFile } from '../base/own-files.ts';
import { uniqueWord } from '../base/unique-word.ts';
import { DRAFTS, type StoreFolder } from './store-folder.ts';

const FILE = 'hits';
const HEAD = /^hits since (\d{1,15})\n/;

export interface Hits {
  count: number;
  /** Milliseconds since 1970; undefined where nothing was counted yet. */
  since: number | undefined;
}

/** Never throws: what cannot be counted is not. */
export const countHit = (folder: StoreFolder): void =>
  orElse(() => {
    const top = folder.hold();
    const file = String(top.pathOf(FILE));
    try {
      const handle = orElse(() => openToAppend(file), undefined, 'ENOENT') ?? begin(folder, file);
      try {
        writeSync(handle, '.');
      } finally {
        closeSync(handle);
      }
    } finally {
      top.close();
    }
  }, undefined);

const openToAppend = (file: string): number => openOwn(file, { isNew: false, appends: true });

function begin(folder: StoreFolder, file: string): number {
  const drafts = folder.hold(DRAFTS);
  const draft = drafts.pathOf(uniqueWord());
  try {
    writeFileSync(draft, `hits since ${Date.now()}\n`, { flag: 'wx', mode: folder.fileMode });
    // Somebody else may be quicker.
    orElse(() => linkSync(draft, file), undefined, 'EEXIST');
  } finally {
    rmSync(draft, { force: true });
    drafts.close();
  }
  return openToAppend(file);
}

export function hitsOf(folder: StoreFolder): Hits {
  const bytes = orElse(() => readFile(folder.pathOf(FILE)), undefined);
  const [line, since] = HEAD.exec(bytes?.toString('latin1', 0, 64) ?? '') ?? [];
  if (bytes === undefined || line === undefined) return { count: 0, since: undefined };
  return { count: bytes.length - line.length, since: Number(since) };
}

/** It is begun anew. @param most only where it is that long, in bytes */
export function forgetHits(folder: StoreFolder, most = 0): void {
  if ((orElse(() => look(folder.pathOf(FILE))?.size, undefined) ?? 0n) > most) folder.remove([], FILE);
}
