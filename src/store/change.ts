// What a transaction is asked to do. Types, and the rules that every list of changes keeps.

import type { FsPath, RawPath } from '../base/raw-path.ts';
import type { Fingerprint } from '../base/stat-fingerprint.ts';
import type { Oid } from './content.ts';
import { ancestorsOf, isAllowed } from './paths.ts';

/** Where a new content comes from. A file that is moved is gone afterwards, whether the transaction succeeds or not. */
export type Content = { moved: FsPath } | { copied: FsPath } | { oid: Oid };

export type Wanted =
  /** `mtime` in seconds since 1970; without it the file is as old as its copy. */
  | { kind: 'file'; content: Content; mode: number; mtime?: number }
  | { kind: 'link'; target: RawPath }
  /** Folders that this leaves empty go too, as with git. A folder that is to be absent goes if nothing is left in it. */
  | { kind: 'absent' }
  /** Is there in the end with this mode, be it empty. */
  | { kind: 'folder'; mode: number };

export interface Change {
  path: RawPath;
  to: Wanted;
  /** What is there now, else somebody has edited it. */
  expect?: Fingerprint | 'absent';
}

/** The changes by path. Throws where they can never come true: that is the caller's mistake. */
export function checked(changes: readonly Change[]): Map<RawPath, Change> {
  const byPath = new Map(changes.map((change) => [change.path, change]));
  if (byPath.size < changes.length) throw new Error('a path is to be changed twice');
  for (const { path, to } of changes) {
    if (!isAllowed(path)) throw new Error(`not a path that may be changed: ${JSON.stringify(path)}`);
    if (to.kind === 'absent') continue;
    for (const folder of ancestorsOf(path)) {
      const above = byPath.get(folder)?.to.kind;
      if (above === 'file' || above === 'link')
        throw new Error(`${JSON.stringify(folder)} cannot be a ${above} and hold ${JSON.stringify(path)}`);
    }
  }
  return byPath;
}
