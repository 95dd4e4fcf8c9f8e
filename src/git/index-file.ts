// Private index files: copies of a work tree's index that git may write to in its stead. Unaware of what they are
// for.

import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf, orElse } from '../base/error-code.ts';
import type { RawPath } from '../base/raw-path.ts';
import { fingerprintOf } from '../base/stat-fingerprint.ts';
import { git, nulTerminated, records } from './git.ts';

export interface IndexEntry {
  path: RawPath;
  /** As git writes it: 100644, 100755, 120000, 160000. */
  mode: string;
  oid: string;
}

/**
 * Takes a path out of an index file. git wants a name of its repository's length there, 40 digits or 64: that of any
 * object tells which.
 */
export const removal = (path: RawPath, anyOid: string): IndexEntry => ({
  path,
  mode: '0',
  oid: '0'.repeat(anyOid.length),
});

/** In a folder for private index files that of the snapshots. */
export const privateIndex = (scratch: string): string => join(scratch, 'index');

/** The environment in which git works on this index file. */
export const onIndex = (file: string): { env: { GIT_INDEX_FILE: string } } => ({
  env: { GIT_INDEX_FILE: file },
});

/**
 * Makes `to` what `from` is, or absent, and returns the print of what was copied, undefined when there was nothing.
 * The copy is no younger than the original, and in whole seconds: git takes the index file's own time as the moment
 * up to which it vouches for files, and a younger copy would hide an edit of equal size made in between.
 */
export function copyIndex(from: string, to: string): string | undefined {
  dropIndex(to);
  const handle = orElse(() => openSync(from, 'r'), undefined, 'ENOENT');
  if (handle === undefined) return undefined;
  try {
    const stats = fstatSync(handle, { bigint: true });
    writeFileSync(to, readFileSync(handle));
    const second = Number(stats.mtimeNs / 1_000_000_000n);
    utimesSync(to, second, second);
    return fingerprintOf(stats);
  } finally {
    closeSync(handle);
  }
}

/** Equal fingerprints mean equal content; undefined where there is no such file. */
export function fingerprintOfIndex(file: string): string | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats && fingerprintOf(stats);
}

/** Whether a work tree's own index may name a folder, a link in its place, or something in it. Only that it does not is sure. */
export function mayHold({ gitDir, index }: { gitDir: string; index: string }, folder: string): boolean {
  try {
    const bytes = readFileSync(index);
    // From version 4 on a path is told by what it has in common with another, and of a split index half lies elsewhere.
    const isPlain =
      bytes.readUInt32BE(4) < 4 && !readdirSync(gitDir).some((name) => /^sharedindex\./.test(name));
    return !isPlain || bytes.includes(folder);
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
}

/** With the lock that a killed git has left beside it. */
export function dropIndex(file: string): void {
  rmSync(file, { force: true });
  releaseIndex(file);
}

/** Only for index files of our own that nobody works on: a lock beside one is what a killed git has left. */
export function releaseIndex(file: string): void {
  rmSync(`${file}.lock`, { force: true });
}

/** All entries; of the work tree's own index unless a file is named. */
export async function indexEntries(top: string, file?: string): Promise<(IndexEntry & { stage: number })[]> {
  const options = file === undefined ? {} : onIndex(file);
  const { stdout } = await git(top, ['ls-files', '-z', '--stage'], options);
  return records(stdout).map((record) => {
    const tab = record.indexOf('\t');
    const [mode = '', oid = '', stage] = record.slice(0, tab).split(' ');
    return { path: record.slice(tab + 1) as RawPath, mode, oid, stage: Number(stage) };
  });
}

/** Puts entries into an index file, without a look at the disk. See `removal`. */
export async function setEntries(top: string, file: string, entries: readonly IndexEntry[]): Promise<void> {
  if (entries.length === 0) return;
  releaseIndex(file);
  const lines = entries.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}`);
  await git(top, ['update-index', '-z', '--index-info'], { ...onIndex(file), input: nulTerminated(lines) });
}
