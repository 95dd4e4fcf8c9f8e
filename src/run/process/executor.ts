// What runs commands: this machine, for now. Those who have commands run know no process, only how they ended.

import type { Shell } from '../../config/config.ts';

export interface Command {
  command: string;
  shell: Shell;
  cwd: string;
  env: Record<string, string | undefined>;
  /** The file that it reads on its standard input; without it there is nothing to read. */
  input?: string | undefined;
  /** A program that starts the shell, by its absolute path, with what comes before the shell on its command line. */
  through?: { file: string; args: readonly string[] };
  onOutput(chunk: Buffer): void;
  /** The descriptor of ours that its output goes to, instead: then it has our terminal, and reads our standard input. */
  stdout?: 1 | 2 | undefined;
  /** Stops the command, with what it has started; what does not heed that is killed. */
  stop: AbortSignal;
}

export interface CommandResult {
  /** Null when it did not start or a signal ended it. */
  exitCode: number | null;
  signal?: string;
  /** Why it could not be started. */
  error?: string;
  /** Whether it is known that nothing which it has started goes on anywhere. */
  isAllOver?: boolean;
}

/** A command that was started, or could not be. */
export interface Running {
  /** Never rejects but for what its `onOutput` has thrown, and where it could not be written down that it runs. */
  readonly result: Promise<CommandResult>;
}

export interface Executor {
  start(command: Command): Running;
  /** From then on what has failed is not tried again. */
  readonly final?: AbortSignal;
}

/** Sees what the commands of some tasks do. */
export interface Tracer {
  /** Whether it looks at that task; its commands run then, whatever is cached. */
  traces(task: string): boolean;
  /** What runs the commands of that task. @param scratch a folder of the run's, for what it needs meanwhile */
  around(task: string, executor: Executor, scratch: string): Executor;
}
