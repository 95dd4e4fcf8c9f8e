// What a run is asked with, and whom it tells. Types only: they are part of the public API, which brings in nothing else.

import type { Holder } from '../../base/lock.ts';
import type { Config, FailurePolicy } from '../../config/config.ts';
import type { Event } from '../../model/event.ts';

/** What is asked of the cache: results to take from it, results to keep in it. */
export interface CacheUse {
  reads: boolean;
  writes: boolean;
  /** The same of the remote cache. What is not said is as configured. */
  remote?: { reads?: boolean; writes?: boolean } | undefined;
}

export interface RunOptions {
  /** Instead of the config's. */
  concurrency?: Config['concurrency'] | undefined;
  /** Instead of the config's, for every task. */
  onFailure?: FailurePolicy | undefined;
  /** Hears every event at once, in order. */
  onEvent?(event: Event): void;
  /**
   * Hears, once, whose run in the same work tree has to end first. Without it the run is refused. `isUnseen`: from here it
   * cannot be asked whether that one is alive, and when it has been silent for long enough it counts as dead.
   */
  onWait?: ((holder: Holder, isUnseen: boolean) => void) | undefined;
  /** Hears what is waited for while the run goes on: a clause that follows upon `waiting until`. */
  onDelay?: ((until: string) => void) | undefined;
  /** What killed runs had left and was put right, before anything else. */
  onRecovered?: ((recovered: Recovered) => void) | undefined;
  /** Go on from the last run: what passed there and has not changed since does not run again. */
  resume?: boolean | undefined;
  /** Of tasks that are cached. Default: both. */
  cache?: CacheUse | undefined;
  /** Chooses what becomes of a failed task whose `onFailure` is `ask`. Without it the run goes on. */
  ask?: Ask | undefined;
  /** Leaves the terminal to a `raw` task. Without it such a task takes what input and output this process has. */
  lendTerminal?: ((task: string) => Promise<LentTerminal>) | undefined;
  /** Stops the run: SIGTERM to what runs, SIGKILL after `graceMs`. Its reason, a signal's name, goes into the report. */
  signal?: AbortSignal | undefined;
  /** SIGKILL at once to what still runs. */
  kill?: AbortSignal | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. Default 5,000. */
  graceMs?: number;
  /** What the tasks inherit. Default: the environment of this process. */
  env?: Record<string, string | undefined>;
  /** What git has told the hook that the run is started in. */
  hook?: Hook | undefined;
  /** How many characters a line of what a task prints has room for, at this moment; undefined where nobody watches. */
  columns?: (() => number | undefined) | undefined;
  /** Ask the tasks for coloured output. */
  color?: boolean;
}

/** A terminal that nobody else writes to, and whose Ctrl-C is not for the run. */
export interface LentTerminal {
  /** The descriptor for what goes to standard output, which may be wanted for something else. */
  stdout: 1 | 2;
  /** @param isInterrupted whether the task has ended of Ctrl-C: then it is meant for the run as well */
  giveBack(isInterrupted: boolean): void;
}

/** What a person may choose when a task has failed. */
export type Choice = 'continue' | 'retry' | 'rollback' | 'abort';

/** @param stop aborts when the run stops: no answer counts any more, and any will do */
export type Ask = (task: string, reason: string, stop: AbortSignal) => Promise<Choice>;

/** A hook of git, see githooks(5). */
export interface Hook {
  /** `pre-push` and the like. */
  name: string;
  /** What git has given it on the command line. */
  args: string[];
  /** And on its standard input, where it has one. */
  input?: Uint8Array;
}

/** What was found of a killed run and put right, for people. */
export interface Recovered {
  runId: string;
  /** Tasks that were cut off and whose files are as they were before them. */
  restored: string[];
  /** Files that were put back. */
  files: number;
  worktrees: number;
  processes: number;
  /** What somebody has edited since and stays as it is, and what could not be removed. */
  problems: string[];
  /** The folder, relative to that of the config, that keeps what stood in the place of what was put back. */
  kept?: string;
}
