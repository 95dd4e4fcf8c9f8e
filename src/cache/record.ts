// What a task has done, as it is kept under its key. Unaware of how it is written down, and of what a key is made of.

import type { RawPath } from '../base/raw-path.ts';
import type { Oid } from '../store/content.ts';

/** A content of the store. */
export interface Blob {
  oid: Oid;
  /** Bytes. */
  size: number;
}

/** What a task has left at a path, relative to the root. Below a file or a link there is no other: what was there goes with it. */
export type RecordedPath = {
  path: RawPath;
  /** The task has created it: nothing was there, or its own former output. */
  isMade: boolean;
} & (
  | { kind: 'file'; oid: Oid; size: number /** Permission bits, 0o777 at most. */; mode: number }
  | { kind: 'link'; target: RawPath }
  /** An empty one. */
  | { kind: 'folder'; mode: number }
  /** It has deleted what was there. */
  | { kind: 'absent' }
);

export interface TaskRecord {
  task: string;
  durationMs: number;
  /** Milliseconds since 1970. */
  storedAt: number;
  changes: RecordedPath[];
  /** Where the small contents of these lie, see packs.ts. */
  packs: Oid[];
  /** Its log, masked. */
  output?: Blob;
  /** What it wrote to `PTASK_OUTPUT`. */
  values?: Blob;
  /** What it wrote to `PTASK_LOG`. */
  notes?: Blob;
  exitCode: number | null;
  verify?: 'passed';
}

/**
 * What a key was made from, by part: for explanations alone. `file:src/a.ts` → its digest, `node` → `v20.1`; any text to the
 * store.
 */
export type Parts = ReadonlyMap<string, string>;
