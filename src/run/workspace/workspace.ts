// Where a task works, and what has become of it there: one shape for the user's own tree, a worktree and a scratch folder, so that
// who runs tasks need not know which it is.

import type { FileChange, Stray } from '../../model/report.ts';

export interface Place {
  /** The folder that takes the place of the config's. */
  workdir: string;
  branch?: string;
  /** There is nothing to be looked for in the config's own folder: `PTASK_ROOT` is this one, too. */
  isApart?: boolean;
  /** Commands that run before the task's own, once. */
  setup: readonly string[];
  /** Once they have ended well. */
  onSetUp?(): Promise<void>;
  /** Something that a command has started may go on when that is over. */
  onOutlived?(): void;
  /** What has changed of the files that the task declares to write. */
  changed(): FileChange[];
}

/** How a task's commands ended. */
export interface Ended {
  status: 'passed' | 'failed' | 'cancelled';
  reason?: string;
}

/** What is known of a task's changes when it ends. */
export interface Done {
  filesChanged: FileChange[];
  /** What had changed and was put back. */
  undone?: FileChange[];
  strays: Stray[];
  branch?: string;
}

export const NOTHING: Done = { filesChanged: [], strays: [] };

/** Of nothing that was changed there is nothing to put back. */
export const undone = ({ filesChanged, ...done }: Done): Done => ({
  ...done,
  filesChanged: [],
  ...(filesChanged.length > 0 && { undone: filesChanged }),
});

/** @template Result what is to be integrated of a task that passed; nothing of one that works in the user's own tree */
export interface Collected<Result> {
  done: Done;
  /** Why a task fails whose commands have ended well. */
  failure?: string;
  result?: Result;
}

export interface Workspace<Result = never> {
  readonly place: Place;
  /** Looks at what the task has done, once its commands are over. Called once. */
  collect(ended: Ended): Promise<Collected<Result>>;
  /**
   * The task is over, and what it has changed stays as it is: it passed, or nothing is to be done about its failure. A sentence
   * where it does not stay.
   */
  keep(): Promise<string | undefined>;
  /** What it has changed goes. A sentence about what is not as it was before, where there is something. */
  discard(): Promise<string | undefined>;
}
