// One server that runs: its output goes to whoever listens at the moment, and it ends when it is told to, or by itself.

import { failureOf } from '../executor/attempt.ts';
import type { Command, CommandResult, Executor } from '../process/executor.ts';

/** A clause. */
export const howEnded = (ended: CommandResult): string => failureOf(ended) ?? `exit code ${ended.exitCode}`;

export class Server {
  readonly #end = new AbortController();
  #listen: (chunk: Buffer) => void;
  /** Never rejects but for what a listener has thrown, or where it could not be written down that it runs. */
  readonly result: Promise<CommandResult>;
  ended: CommandResult | undefined;

  /** Starts it. The `stop` of the command is not heard: see `stop`. */
  constructor(executor: Executor, command: Command) {
    this.#listen = command.onOutput;
    const { result } = executor.start({
      ...command,
      stop: this.#end.signal,
      onOutput: (chunk) => this.#listen(chunk),
    });
    this.result = result.then((ended) => {
      this.ended = ended;
      return ended;
    });
    // Who waits for it may come later.
    this.result.catch(() => {});
  }

  /** From now on this one hears what it prints. */
  tell(listener: (chunk: Buffer) => void): void {
    this.#listen = listener;
  }

  get isStopped(): boolean {
    return this.#end.signal.aborted;
  }

  /** SIGTERM, and SIGKILL after the grace that tasks have. */
  stop(): void {
    this.#end.abort();
  }
}
