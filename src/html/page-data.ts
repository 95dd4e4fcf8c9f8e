// What the script of the page is given, as JSON in the page: shared by the one that makes it and the one that draws it.
// Tasks are named by their place in `tasks`.

import type { ConflictGroup, PlannedTask } from '../model/plan.ts';
import type { FileChange, Report, TaskReport, Wait } from '../model/report.ts';

export interface PageData {
  durationMs: number;
  concurrency: number;
  tasks: PageTask[];
  /** Tasks by phase. */
  phases: number[][];
  edges: PageEdge[];
  /** How many edges there are besides. */
  edgesLeftOut: number;
  criticalPath: number[];
  bars: Bar[];
  lanes: number;
  matrix: Matrix;
}

/** What of a task's report and plan stands in the page as it is. */
export const KEPT = [
  ...(['id', 'status', 'phase', 'startedAt', 'durationMs', 'attempts', 'workspace'] as const),
  ...(['branch', 'agent', 'verify', 'reviews', 'notes', 'outputs'] as const),
] as const;

export interface PageTask
  extends Pick<TaskReport, (typeof KEPT)[number]>,
    Pick<PlannedTask, 'description' | 'reads' | 'writes'> {
  /** Why it did not pass. */
  reason?: string;
  /** Its result came from the cache. */
  isHit?: true;
  /** What the cache had of it, in words. */
  cache?: string;
  /** Of a service: when it was ready and how long it was up, in words. */
  service?: string;
  waits: PageWait[];
  files: FileChange[];
  filesLeftOut: number;
  strays: string[];
  /** The end of what it printed. */
  output?: Excerpted;
  /** Its log, as markdown. */
  log?: Excerpted;
  diff?: Excerpted;
  /** Why there is no diff, where files have changed. */
  noDiff?: string;
}

export interface Excerpted {
  text: string;
  /** Bytes that are not in it. */
  leftOut: number;
  /** The file with all of it, relative to the run's folder, and how the page gets there. */
  file?: string;
  href?: string;
}

export interface PageWait {
  kind: Wait['for'];
  /** What for, in words. */
  text: string;
  at: number;
  ms: number;
}

export interface PageEdge {
  from: number;
  to: number;
  /** Why, in words. */
  because: string;
}

/** An interval in which a slot was held. */
export interface Bar {
  /** A task, or undefined for a validation step. */
  task?: number;
  name: string;
  status: TaskReport['status'] | Report['validation'][number]['status'];
  lane: number;
  from: number;
  to: number;
  /** Its result was dropped, and the task ran again. */
  isDropped?: true;
}

export interface Matrix {
  /** The tasks that have most conflicts. */
  tasks: number[];
  /** How many other tasks have conflicts too. */
  tasksLeftOut: number;
  /** Of any tasks, as far as they are named. */
  pairs: MatrixPair[];
  /** How many conflicts are not. */
  pairsLeftOut: number;
}

export interface MatrixPair {
  a: number;
  b: number;
  resolution: ConflictGroup['resolution'];
  /** In words. */
  text: string;
}
