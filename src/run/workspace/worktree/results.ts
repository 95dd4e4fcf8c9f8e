// What an isolated task has done, kept apart from the worktree, which may then go to another task.

import type { PathChange } from '../../../base/path-change.ts';
import type { RawPath } from '../../../base/raw-path.ts';
import type { Fingerprint } from '../../../base/stat-fingerprint.ts';
import type { Staged } from '../../../git/staged.ts';
import type { Blob, TreeChange } from '../../../git/tree.ts';
import type { FileChange, Stray } from '../../../model/report.ts';
import type { PathState } from '../../../store/change.ts';
import type { State } from './snapshot-history.ts';

/**
 * A change by the way in which it reaches the shared tree. The content of a file lies in the run's folder, byte for byte as the
 * task has left it.
 */
export type ResultChange = {
  /** Relative to the top of the repository. */
  path: RawPath;
  /** As the report has it, which does not tell of all. */
  told?: FileChange['change'];
} & (
  | {
      /** Git holds it, and merges it with what others have done. */
      way: 'merge';
      tree: PathChange<Blob>;
      after: PathState;
      /** The task has made the file or changed its permissions; otherwise those that are there stay. */
      setsMode: boolean;
    }
  /** Git does not: taken whole. `before` is what there was when the task began. */
  | { way: 'replace'; before: Fingerprint | 'absent'; after: PathState }
  /** Written, and for git as it was: the time, and the permissions where the task has changed them. */
  | { way: 'touch'; mtime: number; mode?: number }
  /** One that no file stands for, or that no file stands for any more. */
  | { way: 'folder'; after: Extract<PathState, { kind: 'folder' | 'absent' }> }
);

export interface TaskResult {
  task: string;
  /** The snapshot that it began from. */
  base: State;
  /** How many tasks were over by then. */
  began: number;
  /** Of a worktree. */
  branch?: string;
  commit: string;
  tree: string;
  /** Each path once, but for a file in whose place a folder stands. */
  changes: readonly ResultChange[];
  /** Those that git merges. */
  treeChanges: readonly TreeChange[];
  /** What it has done to the index. Relative to the top. */
  staged: readonly Staged[];
  /** For the report, relative to the root. */
  filesChanged: FileChange[];
  strays: Stray[];
  /** What it has made that git ignores and that it does not declare: goes with the worktree. Relative to the root. */
  dropped: string[];
  /** Declared FIFOs, sockets and devices that it has made, which go as well. Relative to the root. */
  special: string[];
}

type Way = ResultChange['way'];

export const changesBy = <W extends Way>(
  { changes }: Pick<TaskResult, 'changes'>,
  way: W,
): Extract<ResultChange, { way: W }>[] =>
  changes.filter((change): change is Extract<ResultChange, { way: W }> => change.way === way);
