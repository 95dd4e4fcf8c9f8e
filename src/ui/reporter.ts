// What it takes to show a run: fed by events and nothing else.

import type { Event } from '../model/event.ts';
import type { Terminal } from './terminal.ts';

export type ReporterKind = 'auto' | 'tree' | 'lines' | 'silent';

/** For tests: a time that stands still until it is moved. */
export interface Clock {
  /** Milliseconds since whenever. */
  now(): number;
  /** Calls again and again, without keeping the process alive, until what it gives is called. */
  every(ms: number, tick: () => void): () => void;
}

export interface ReporterOptions {
  kind: ReporterKind;
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  /** The whole output of each task. */
  verbose: boolean;
  /** Failures only. */
  quiet: boolean;
  /** Where a log, named as in the report, lies on the disk. */
  outputFile: (log: string) => string;
  /** Whether all of these bytes that a task has printed are on the screen already, since somebody was asked about it. */
  wasShown?: (task: string, bytes: number) => boolean;
  clock?: Clock;
}

export interface Reporter {
  /** Whether the output of every task stands in a section of its own, with all that a CI service makes of it. */
  readonly folds?: boolean;
  /** Whether the output of every task is printed as it ends. */
  readonly prints?: boolean;
  onEvent(event: Event): void;
  /** How wide a line that a task prints may be to be shown whole, where that is less than the terminal. */
  outputWidth?(): number;
  /** Leaves the terminal to somebody else, once all that was said is there and until what comes back is called. */
  pause?(): Promise<() => void>;
  /** Once the run is over: what is shown is final when it resolves. */
  close(): Promise<void>;
}
