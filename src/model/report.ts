// Made from schema/report.schema.json by `npm run generate`.

/**
 * What a run did: the output of ptask run --json, and report.json of the run.
 */
export interface Report {
  schemaVersion: 2;
  /**
   * PARALLEL-<timestamp>.
   */
  id: string;
  strategy: ReportStrategy;
  /**
   * complete: everything passed. partial: something failed, something passed. failed: nothing passed, or a validation failed. interrupted: stopped by a signal.
   */
  status: 'complete' | 'partial' | 'failed' | 'interrupted';
  /**
   * ISO 8601, UTC.
   */
  startedAt: string;
  /**
   * How many tasks could run at once.
   */
  concurrency: number;
  /**
   * Wall time of the run, validation included.
   */
  durationMs: number;
  /**
   * Sum of the durations of all tasks and validation steps: the time one after the other would have taken.
   */
  workMs: number;
  /**
   * The longest chain of tasks that had to wait for each other, by the work of each: never more than workMs.
   */
  criticalPathMs: number;
  /**
   * The tasks of that chain.
   */
  criticalPath: string[];
  /**
   * Measured work over wall time.
   */
  speedup: number;
  /**
   * The task or validation step that failed first.
   */
  firstFailure?: string;
  resume?: ResumedFrom;
  tasks: TaskReport[];
  integration: Integration;
  validation: ValidationReport[];
  restored?: Restored;
  cleanup: Cleanup;
  /**
   * The most useful first.
   */
  suggestions?: Suggestion[];
}
export interface ReportStrategy {
  letter: 'A' | 'B' | 'C' | 'D';
  name: 'parallel' | 'worktrees' | 'phased' | 'sequential';
}
/**
 * Present when the run went on from an earlier one.
 */
export interface ResumedFrom {
  run: string;
  tasks: ResumedTask[];
}
export interface ResumedTask {
  id: string;
  /**
   * It passed in the earlier run, nothing has changed for it since, and it did not run again.
   */
  isDone: boolean;
  /**
   * Why it runs again, a clause.
   */
  reason?: string;
}
export interface TaskReport {
  id: string;
  status: 'passed' | 'failed' | 'skipped' | 'cancelled' | 'rolled-back';
  /**
   * Why it did not pass, as a sentence.
   */
  reason?: string;
  /**
   * The failed task on whose account this one was skipped or cancelled.
   */
  because?: string;
  /**
   * Counted from 0.
   */
  phase: number;
  /**
   * Milliseconds after the start of the run.
   */
  startedAt?: number;
  /**
   * All attempts, and the waits between them but for those for somebody's answer.
   */
  durationMs: number;
  attempts: number;
  /**
   * Of the last attempt; null when it did not run or ended by a signal.
   */
  exitCode: number | null;
  signal?: string;
  workspace: 'shared' | 'worktree';
  /**
   * The branch on which it worked in its worktree.
   */
  branch?: string;
  /**
   * The files under its declared writes that changed while it ran; of an isolated task, every file that it changed.
   */
  filesChanged: FileChange[];
  /**
   * What it changed outside its declared writes.
   */
  strays: Stray[];
  /**
   * What it changed, or may have, beyond the tree that it works in.
   */
  outside?: OutsideChange[];
  /**
   * How its verify ended, where it has one and it ran.
   */
  verify?: 'passed' | 'failed';
  output: Output;
  /**
   * The file with its whole output, relative to the folder of the run. There is none where it has printed nothing.
   */
  log: string;
  /**
   * The agent that did it.
   */
  agent?: string;
  /**
   * The file with the prompt of its last attempt, relative to the folder of the run.
   */
  prompt?: string;
  /**
   * Every acceptance check of it, in order.
   */
  reviews?: Review[];
  /**
   * What it has told of itself.
   */
  notes?: Note[];
  /**
   * What it hands to those that need it.
   */
  outputs?: HandedOver[];
  /**
   * What it waited for, in order, once it could have begun.
   */
  waits?: Wait[];
  /**
   * The markdown log of the task, relative to the folder of the run.
   */
  taskLog?: string;
}
export interface FileChange {
  path: string;
  change: 'created' | 'modified' | 'deleted';
}
/**
 * A change outside the declared writes.
 */
export interface Stray {
  path: string;
  change: 'created' | 'modified' | 'deleted';
  /**
   * The line under `writes` that would cover it.
   */
  writes: string;
  /**
   * Tasks that ran at the same time in the shared tree, so that it may be theirs.
   */
  others?: string[];
}
/**
 * A change beyond the tree that the task works in: of a file in the shared tree, outside its worktree, or of what all worktrees of the repository share.
 */
export interface OutsideChange {
  kind: 'file' | 'branch' | 'tag' | 'stash' | 'ref' | 'HEAD' | 'config';
  /**
   * The path, the branch, the tag; of HEAD, where it was and where it is.
   */
  name: string;
  change: 'created' | 'modified' | 'deleted';
  /**
   * Tasks that ran at the same time, so that it may be theirs: which of them it was cannot be told.
   */
  others?: string[];
  /**
   * It may as well have been somebody who works in the shared tree.
   */
  perhapsUser?: boolean;
}
export interface Output {
  bytes: number;
  /**
   * The last lines, where it failed.
   */
  tail: string[];
  /**
   * Bytes that it printed and that its log does not hold, since they were more than `output.limit`. Absent where the log holds everything.
   */
  leftOut?: number;
}
/**
 * How an acceptance check of a task ended.
 */
export interface Review {
  attempt: number;
  /**
   * The agent that reviewed; absent where commands did.
   */
  agent?: string;
  result: 'approved' | 'needs-fixes';
  durationMs: number;
  /**
   * The last lines of what it said.
   */
  findings: string[];
}
/**
 * What a task has told of itself through PTASK_LOG.
 */
export interface Note {
  /**
   * text is markdown that is none of the others.
   */
  kind: 'understanding' | 'plan' | 'issue' | 'handoff' | 'file' | 'text';
  text: string;
  /**
   * Of a file: its path.
   */
  path?: string;
  /**
   * Of an issue.
   */
  severity?: 'low' | 'medium' | 'high';
  /**
   * Of an issue: what was done about it.
   */
  resolution?: string;
}
/**
 * A value that a task hands to those that need it.
 */
export interface HandedOver {
  key: string;
  /**
   * Its beginning, where it is long.
   */
  value: string;
  /**
   * Of the whole value.
   */
  bytes: number;
}
/**
 * A stretch of time in which a task could not go on, and what for.
 */
export interface Wait {
  /**
   * task: one that had to be before it. turn: its turn to be integrated. answer: what somebody chooses to do about its failure.
   */
  for: 'task' | 'resource' | 'slot' | 'turn' | 'phase' | 'retry' | 'answer';
  /**
   * The task or the resource.
   */
  on?: string;
  /**
   * The tasks that held the resource or the slots.
   */
  holders?: string[];
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  ms: number;
}
export interface Integration {
  mode: 'apply' | 'merge' | 'branches';
  /**
   * The isolated tasks whose results are in the shared tree, in the order of integration.
   */
  merged: string[];
  conflicts: IntegrationConflict[];
  notIsolated?: NotIsolated;
  /**
   * Why the results were not committed, though that was asked for: they are in the files, and on branches.
   */
  uncommitted?: string;
}
/**
 * A path on which the results of tasks did not fit together, and what was done about it.
 */
export interface IntegrationConflict {
  path: string;
  /**
   * The task whose result did not fit, and those that had changed the path before it.
   */
  tasks: string[];
  /**
   * merge: both changed it and git cannot merge the changes. stale-read: it declares to read the path, which another changed after it began. ignored: both changed a file that git ignores.
   */
  kind: 'merge' | 'stale-read' | 'ignored';
  resolution: 'rerun' | 'ours' | 'theirs' | 'union' | 'run' | 'abort';
  /**
   * Why a resolver could not be used.
   */
  reason?: string;
  /**
   * What each task did to it.
   */
  changes: PathChange[];
  /**
   * Lines that a task had added and that the resolution dropped.
   */
  discarded: DiscardedLines[];
}
export interface PathChange {
  task: string;
  change: 'created' | 'modified' | 'deleted' | 'none';
  /**
   * Lines; 0 where the file is no text.
   */
  added: number;
  removed: number;
  /**
   * The first of the lines that it added.
   */
  lines?: string[];
}
export interface DiscardedLines {
  task: string;
  lines: string[];
}
/**
 * Present when worktrees proved impossible while the run went on: these tasks took turns in the shared tree instead.
 */
export interface NotIsolated {
  tasks: string[];
  reason: string;
}
export interface ValidationReport {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  reason?: string;
  durationMs: number;
  exitCode?: number | null;
  log?: string;
  output?: Output;
  /**
   * Milliseconds after the start of the run.
   */
  startedAt?: number;
  blame?: Blame;
}
/**
 * Which tasks broke a validation step, found by replaying them in a scratch worktree.
 */
export interface Blame {
  /**
   * broken-before: it fails without any task. not-reproduced: it passes in a scratch worktree with all of them.
   */
  status: 'found' | 'broken-before' | 'not-reproduced' | 'not-possible';
  /**
   * One task, or the tasks that break it only together.
   */
  tasks: string[];
  /**
   * How often the step was run for this.
   */
  replays: number;
  durationMs: number;
  /**
   * Why it was not possible.
   */
  reason?: string;
}
/**
 * Present when the tree was put back as it was before.
 */
export interface Restored {
  files: number;
  /**
   * Changed outside all declared writes, and left as they are.
   */
  left: string[];
}
/**
 * What the run had made for itself and removed at its end.
 */
export interface Cleanup {
  worktrees: number;
  branches: number;
  /**
   * Branches that are kept.
   */
  kept: KeptBranch[];
  /**
   * Worktrees that are kept, with the branches that are checked out in them. `ptask clean` lists them.
   */
  keptWorktrees?: KeptWorktree[];
  problems: string[];
}
export interface KeptBranch {
  task: string;
  branch: string;
  reason: string;
}
export interface KeptWorktree {
  task: string;
  /**
   * Absolute.
   */
  path: string;
  branch: string;
  reason: string;
}
/**
 * How to speed up the next run, from what was measured.
 */
export interface Suggestion {
  kind: 'conflict' | 'resource' | 'slots' | 'critical-path' | 'stray' | 'undeclared' | 'rerun' | 'setup';
  /**
   * A sentence.
   */
  text: string;
  /**
   * Those that it concerns, the first 20.
   */
  tasks: string[];
  /**
   * How much faster the run could have been at best.
   */
  savesMs?: number;
}
