// What an isolated task has done: the tree of its worktree against the snapshot that it began from, and the declared
// files that git ignores. Kept apart from the worktree, which may then go to another task.

import type { RawPath } from '../../../base/raw-path.ts';
import type { Fingerprint } from '../../../base/stat-fingerprint.ts';
import type { Staged } from '../../../git/staged.ts';
import type { TreeChange } from '../../../git/tree.ts';
import type { FileChange, Stray } from '../../../model/report.ts';
import type { State } from './snapshot-history.ts';

/** A file as the task has left it: moved into the run's folder, byte for byte. */
export type Kept =
  /** `isModeSet`: the task has made the file or changed its permissions. `mtime` in seconds since 1970. */
  | { kind: 'file'; file: string; mode: number; mtime: number; isModeSet: boolean }
  | { kind: 'link'; target: RawPath }
  | { kind: 'absent' };

/** A folder that stands for itself now, with no file in it that would; or one that did and is gone. */
export type FolderChange =
  | { path: RawPath; after: 'there'; mode: number }
  | { path: RawPath; after: 'absent' };

export interface IgnoredChange {
  path: RawPath;
  after: Kept;
}

export interface TaskResult {
  task: string;
  /** The snapshot that it began from. */
  base: State;
  /** How many tasks were over by then. */
  began: number;
  branch: string;
  commit: string;
  tree: string;
  /** Relative to the top of the repository. */
  changes: TreeChange[];
  /** The new content of `changes`, by path. */
  kept: ReadonlyMap<RawPath, Kept>;
  /** Relative to the root. */
  ignored: IgnoredChange[];
  /** The files whose permissions it has set, also where git sees no change. Relative to the top. */
  permissions: { path: RawPath; mode: number }[];
  /** Declared files that it has written and that are as they were, as shown, with the times at which it did. */
  again: ReadonlyMap<string, number>;
  /** What it has staged. Relative to the top. */
  staged: readonly Staged[];
  /** Relative to the top. */
  folders: FolderChange[];
  /** What the ignored files were when they were copied for it. Relative to the root. */
  found: ReadonlyMap<RawPath, Fingerprint>;
  /** For the report, relative to the root. */
  filesChanged: FileChange[];
  strays: Stray[];
  /** What it has made that git ignores and that it does not declare: goes with the worktree. Relative to the root. */
  dropped: string[];
  /** Declared FIFOs, sockets and devices that it has made, which go as well. Relative to the root. */
  special: string[];
}
