// Chooses how a run is shown. Whoever shows it is fed by events and nothing else.

import type { Event } from '../model/event.ts';
import { LinesReporter } from './lines.ts';
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
  clock?: Clock;
}

export interface Reporter {
  onEvent(event: Event): void;
  /** Once the run is over: what is shown is final when it resolves. */
  close(): Promise<void>;
}

const realClock: Clock = {
  now: () => performance.now(),
  every(ms, tick) {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

const silent: Reporter = {
  onEvent() {},
  close: () => Promise.resolve(),
};

/** `auto` is the tree where a person watches and wants neither less than it (quiet) nor more (verbose). */
export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { kind, terminal, env, verbose, quiet, clock = realClock } = options;
  if (kind === 'silent') return silent;
  const canMove = terminal.stream.isTTY === true && env.TERM !== 'dumb';
  const wanted = kind === 'tree' ? canMove : kind === 'auto' && terminal.interactive && !verbose;
  if (!wanted || quiet) return new LinesReporter(options, clock);
  // Loaded only here: listr2 takes longer to load than all of ours.
  const { TreeReporter } = await import('./tree/tree.ts');
  return new TreeReporter(terminal, clock);
}
