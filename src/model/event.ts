// Made from schema/event.schema.json by `npm run generate`.
import type { Plan } from './plan.ts';
import type { FileChange, Output } from './report.ts';

/**
 * What happens in a run, one JSON document a line in events.ndjson. A report is a fold over these. Every event has `at`, milliseconds after the start of the run.
 */
export type Event =
  | RunStarted
  | TaskWaiting
  | TaskStarted
  | TaskOutput
  | TaskVerifying
  | TaskRetrying
  | TaskFinished
  | RunStopping
  | ValidationStarted
  | ValidationOutput
  | ValidationFinished
  | RunFinished;

/**
 * The run begins: everything a reader needs to follow it.
 */
export interface RunStarted {
  type: 'run-started';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  schemaVersion: 1;
  id: string;
  /**
   * ISO 8601, UTC.
   */
  startedAt: string;
  /**
   * The process that runs it: while it lives, a journal without an end is that of a run that still goes on.
   */
  pid: number;
  root: string;
  concurrency: number;
  plan: Plan;
  /**
   * Durations remembered from earlier runs, by task.
   */
  expectedMs: {
    [k: string]: number;
  };
  /**
   * The names of the validation steps.
   */
  validation: string[];
}
/**
 * The task could start but for resources that others hold.
 */
export interface TaskWaiting {
  type: 'task-waiting';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  resources: string[];
}
/**
 * An attempt of the task begins.
 */
export interface TaskStarted {
  type: 'task-started';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * Counted from 1.
   */
  attempt: number;
}
/**
 * The task printed something. Only for those who watch: the journal leaves it out, the whole output stands in the task's .out file.
 */
export interface TaskOutput {
  type: 'task-output';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  text: string;
}
/**
 * The commands have ended well, the acceptance check begins.
 */
export interface TaskVerifying {
  type: 'task-verifying';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
}
/**
 * An attempt failed and another will follow.
 */
export interface TaskRetrying {
  type: 'task-retrying';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * The attempt that failed.
   */
  attempt: number;
  reason: string;
  delayMs: number;
}
/**
 * The task has its result. Each planned task gets exactly one.
 */
export interface TaskFinished {
  type: 'task-finished';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  status: 'passed' | 'failed' | 'skipped' | 'cancelled';
  reason?: string;
  /**
   * The failed task on whose account.
   */
  because?: string;
  exitCode: number | null;
  signal?: string;
  durationMs: number;
  attempts: number;
  filesChanged: FileChange[];
  verify?: 'passed' | 'failed';
  output: Output;
}
/**
 * Nothing more is started and what runs is stopped.
 */
export interface RunStopping {
  type: 'run-stopping';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  /**
   * abort: a task failed whose onFailure is abort. interrupt: somebody asked for it.
   */
  reason: 'abort' | 'interrupt';
  task?: string;
  signal?: string;
}
/**
 * A validation step begins.
 */
export interface ValidationStarted {
  type: 'validation-started';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
}
/**
 * A validation step printed something. Not in the journal, like task-output.
 */
export interface ValidationOutput {
  type: 'validation-output';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
  text: string;
}
/**
 * A validation step has its result.
 */
export interface ValidationFinished {
  type: 'validation-finished';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  reason?: string;
  exitCode: number | null;
  durationMs: number;
  output: Output;
  log: string;
}
/**
 * Everything has ended.
 */
export interface RunFinished {
  type: 'run-finished';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
}
