// What `ptask check --strict` says of a task.

export interface StrictCheck {
  task: string;
  /**
   * It does the same with what it declares to read alone; it needs more; it fails with all files, too; what it reads is not there
   * yet; it is not known what it needs.
   */
  verdict: 'agrees' | 'missing' | 'fails' | 'not-ready' | 'unclear';
  /** What is to be added under its `reads`. */
  reads: string[];
  /** Whether fewer than that were looked for and would not do. */
  isSmallest: boolean;
  /** What tells that something is missing, or stands against looking: a clause. */
  because?: string;
  /** How often it was run. */
  runs: number;
  /** What it writes that differs from run to run, and was not compared. Relative to the root. */
  unstable: string[];
}
