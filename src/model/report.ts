// Made from schema/report.schema.json by `npm run generate`.

/**
 * What a run did: the output of ptask run --json, and report.json of the run.
 */
export interface Report {
  schemaVersion: 1;
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
   * The longest chain of tasks that had to wait for each other, by measured durations.
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
  tasks: TaskReport[];
  integration: Integration;
  validation: ValidationReport[];
}
export interface ReportStrategy {
  letter: 'A' | 'B' | 'C' | 'D';
  name: 'parallel' | 'worktrees' | 'phased' | 'sequential';
}
export interface TaskReport {
  id: string;
  status: 'passed' | 'failed' | 'skipped' | 'cancelled';
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
   * All attempts, and the waits between them.
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
   * The files under its declared writes that changed while it ran.
   */
  filesChanged: FileChange[];
  /**
   * How its verify ended, where it has one and it ran.
   */
  verify?: 'passed' | 'failed';
  output: Output;
  /**
   * The file with its whole output, relative to the folder of the run.
   */
  log: string;
}
export interface FileChange {
  path: string;
  change: 'created' | 'modified' | 'deleted';
}
export interface Output {
  bytes: number;
  /**
   * The last lines, where it failed.
   */
  tail: string[];
}
export interface Integration {
  mode: 'apply';
  merged: string[];
  conflicts: IntegrationConflict[];
}
export interface IntegrationConflict {
  path: string;
  tasks: string[];
  resolution: string;
}
export interface ValidationReport {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  reason?: string;
  durationMs: number;
  exitCode?: number | null;
  log?: string;
  output?: Output;
}
