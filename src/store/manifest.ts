// The plan of one transaction as it stands on the disk, and the folder that holds it:
//
//   new/<n>       the staged entry of step n, until it is put in its place
//   before/<n>    what step n has displaced
//   before/f<n>   the n-th folder that had to go
//   manifest      applying may have begun: to be rolled back
//   done          the same file under another name: all of it is applied
//   rolled-back   the same file again: none of it is, but `before` still has what could not be put back over an edit
//
// A folder with none of the three was still being staged, or all of it is taken back: it may go. The one rename from
// `manifest` to `done` is the moment at which the transaction has happened.

import { existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noteFolders, noteNew, onDisk, synchronise } from '../base/on-disk.ts';
import type { RawPath } from '../base/raw-path.ts';
import type { Oid } from './content.ts';

/** What was at a path. `identity` as in base/stat-fingerprint.ts. */
export type Was =
  | { kind: 'absent' }
  | { kind: 'file'; mode: number; identity: string }
  | { kind: 'link'; target: RawPath; identity: string }
  /** A FIFO, a socket, a device: it may go, and come back by being moved. */
  | { kind: 'special'; identity: string };

/** What is to be there. */
export type Put =
  | { kind: 'absent' }
  | { kind: 'file'; mode: number; oid: Oid; identity: string }
  | { kind: 'link'; target: RawPath; identity: string };

export interface Step {
  /** Its number in `new` and `before`. */
  n: number;
  path: RawPath;
  was: Was;
  put: Put;
}

export interface Manifest {
  /** For people. */
  note: string;
  /** In the name of a half-copied file beside its target, where a file system's border is crossed. */
  token: string;
  steps: Step[];
  /** Folders that go, the innermost first. One that is in the way must; the others stay if somebody put something in. */
  leaving: { path: RawPath; mode: number; isInTheWay: boolean }[];
  /** Folders that come, the outermost first; without a mode as the umask has it. */
  made: { path: RawPath; mode?: number }[];
  /** Folders whose mode is changed, if only for the time of the transaction, the outermost first. */
  modes: { path: RawPath; was: number; to?: number }[];
}

export type State = 'manifest' | 'done' | 'rolled-back';
const STATES: readonly State[] = ['manifest', 'done', 'rolled-back'];

/** Undefined for a folder that may go. */
export const stateOf = (folder: string): State | undefined =>
  STATES.find((state) => existsSync(join(folder, state)));

/** What is staged is on the disk before it is to be put anywhere, and so is the way back. */
export async function begin(folder: string, manifest: Manifest): Promise<void> {
  const draft = join(folder, 'draft');
  writeFileSync(draft, JSON.stringify(manifest));
  noteNew(draft);
  // The folder of all transactions may be new as well.
  noteFolders(folder, dirname(dirname(folder)));
  await onDisk();
  renameSync(draft, join(folder, 'manifest'));
  synchronise(folder);
}

export function end(folder: string, state: 'done' | 'rolled-back'): void {
  renameSync(join(folder, 'manifest'), join(folder, state));
  try {
    synchronise(folder);
  } catch {
    // It has happened, and there is no way to say that it may not outlive a power cut.
  }
}

/** To be called when all is taken back: what is left in the folder is nobody's any more. */
export const forget = (folder: string): void => unlinkSync(join(folder, 'manifest'));

export const readManifest = (folder: string, state: State): Manifest =>
  JSON.parse(readFileSync(join(folder, state), 'utf8')) as Manifest;
