// What the parts of one run share.

import type { Config } from '../../config/config.ts';
import type { Waiting } from '../../git/lock.ts';
import type { Event } from '../../model/event.ts';
import type { Masker } from '../masking/masking.ts';
import type { Environment } from '../process/environment.ts';
import type { Executor, Tracer } from '../process/executor.ts';
import type { Settings } from '../process/strict-environment.ts';
import type { RunOptions } from './options.ts';
import type { RunFolder } from './run-folder.ts';

/** What happens, without the time of it. */
export type News = Event extends infer One ? (One extends Event ? Omit<One, 'at'> : never) : never;

/** With what is ptask's own to ask for. */
export interface OwnRunOptions extends RunOptions {
  /** Sees what tasks do to files. */
  tracer?: Tracer | undefined;
}

export interface StoppedAlone {
  reason: string;
  /** What there is to see of it. */
  lines: readonly string[];
}

/** What the parts of one run share. */
export interface RunContext {
  config: Config;
  folder: RunFolder;
  env: Environment;
  /** The same for what runs in the user's own tree, with what that needs beside it. */
  sharedEnv: Environment;
  /**
   * What ptask itself was started with. It alone decides who is trusted and which server is asked: a config that could say so would
   * make everybody trusted who has it.
   */
  outer: Environment;
  /** What dotenv files say, for what headers of servers speak of. */
  dotenv: Environment;
  settings: Settings;
  /** Takes out what is secret. Events and output are masked already; other files are up to who writes them. */
  masker: Masker;
  emit(news: News): void;
  /** What is emitted by this happens together: it is written in one go, and heard of once the work is done. */
  together(work: () => void): void;
  /** Why `stop` was called, as a sentence. */
  whyStopped(): string;
  stop: AbortSignal;
  /** Of a task that was stopped alone: it has failed with that, and why. */
  whyFailed?(): StoppedAlone | undefined;
  /** How it waits for others that work in the repository: until it is stopped. */
  waiting: Waiting;
  /** See `RunOptions`. */
  columns: RunOptions['columns'];
  lendTerminal: RunOptions['lendTerminal'];
  /** What runs the commands. */
  executor: Executor;
  tracer: Tracer | undefined;
}
