// What is kept of a task that has passed. Types.

import type { RawPath } from '../base/raw-path.ts';
import type { Oid } from '../store/content.ts';

export interface Blob {
  oid: Oid;
  size: number;
}

export type RecordedState =
  /** `mode`: its permission bits. */
  | { kind: 'file'; oid: Oid; size: number; mode: number }
  | { kind: 'link'; target: RawPath }
  /** One that is empty. */
  | { kind: 'folder'; mode: number }
  | { kind: 'absent' };

/** `isMade`: nothing was there, or what the task had made before. */
export type RecordedPath = { path: RawPath; isMade: boolean } & RecordedState;

export interface TaskRecord {
  task: string;
  durationMs: number;
  /** Milliseconds since 1970. */
  storedAt: number;
  changes: RecordedPath[];
  /** Its log, masked. */
  output?: Blob;
  /** What it wrote to PTASK_OUTPUT. */
  values?: Blob;
  /** What it wrote to PTASK_LOG. */
  notes?: Blob;
  exitCode: number | null;
  verify?: 'passed';
}

/** What a key was made from, by part, for explanations alone: `file src/a.ts` → digest, `node` → v20.1. */
export type Parts = ReadonlyMap<string, string>;
