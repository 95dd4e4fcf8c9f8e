// What a task has done, and what a transaction is asked to do: path by path what was there and what is to be. Types, and the
// rules that every list of changes keeps.

import { ancestorsOf } from '../base/path-names.ts';
import type { FsPath, RawPath } from '../base/raw-path.ts';
import type { Fingerprint } from '../base/stat-fingerprint.ts';
import type { BlobStore } from './blob-store.ts';
import type { Oid } from './content.ts';
import { isAllowed } from './paths.ts';

/**
 * Where a new content comes from. A file that is moved is gone afterwards, whether the transaction succeeds or not; a saved content
 * is in the transaction's store, or in one that is named.
 */
export type Content = { moved: FsPath } | { copied: FsPath } | { oid: Oid; from?: Pick<BlobStore, 'get'> };

/** What stands at a path, or is to. */
export type PathState =
  /** `mtime` in seconds since 1970; without it the file is as old as its copy. */
  | { kind: 'file'; content: Content; mode: number; mtime?: number }
  | { kind: 'link'; target: RawPath }
  /** Folders that this leaves empty go too, as with git. A folder that is to be absent goes if nothing is left in it. */
  | { kind: 'absent' }
  /** Is there in the end with this mode, be it empty. */
  | { kind: 'folder'; mode: number };

export interface Change {
  path: RawPath;
  /** By what the disk says of it. What is not as it was is somebody's edit, and stays. */
  before?: Fingerprint | 'absent';
  after: PathState;
}

/** Each path once. */
export type ChangeSet = readonly Change[];

/** The changes by path. Throws where they can never come true: that is the caller's mistake. */
export function checked(changes: ChangeSet): Map<RawPath, Change> {
  const byPath = new Map(changes.map((change) => [change.path, change]));
  if (byPath.size < changes.length) throw new Error('a path is to be changed twice');
  for (const { path, after } of changes) {
    if (!isAllowed(path)) throw new Error(`not a path that may be changed: ${JSON.stringify(path)}`);
    if (after.kind === 'absent') continue;
    for (const folder of ancestorsOf(path)) {
      const above = byPath.get(folder)?.after.kind;
      if (above === 'file' || above === 'link')
        throw new Error(`${JSON.stringify(folder)} cannot be a ${above} and hold ${JSON.stringify(path)}`);
    }
  }
  return byPath;
}

/** How many files and links it changes; what names a folder or is gone already is nothing that somebody would count. */
export const filesIn = (changes: ChangeSet): number =>
  changes.filter(
    ({ before, after }) =>
      after.kind !== 'folder' && before !== undefined && (after.kind !== 'absent' || before !== 'absent'),
  ).length;
