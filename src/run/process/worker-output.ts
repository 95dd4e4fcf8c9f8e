// What a command prints in a shell that stays. Of one that is soon over it is read when it is over, at one go: to open a pipe and wait
// for it costs more than such a command. Of all others it is read as it comes. Unaware of how the command ends.

import type { Readable } from 'node:stream';
import type { OpenPipe, Pipe } from './pipes.ts';
import { readToEnd } from './supervision.ts';
import { BEGUN } from './worker-script.ts';

/** Milliseconds in which a command may be over, and nobody would have seen what it prints sooner. */
const SOON_MS = 20;

export interface WorkerOutputOptions {
  pipe: Pipe;
  onOutput(chunk: Buffer): void;
  /** Whether the output begins with what says that the subshell has. */
  isMarked: boolean;
  /** Called when that is read: from then on signals reach the command, and not its shell alone. */
  onBegun(): void;
}

export class WorkerOutput {
  readonly #options: WorkerOutputOptions;
  /** Bytes of the mark that are still to come. */
  #mark: number;
  #timer: NodeJS.Timeout | undefined;
  #isFollowed = false;
  #followed: { pipe: OpenPipe; stream: Readable } | undefined;

  /** Before the command begins. */
  constructor(options: WorkerOutputOptions) {
    this.#options = options;
    this.#mark = options.isMarked ? BEGUN.length : 0;
    this.#wait();
  }

  /** Reads as it comes, from now on. */
  follow(): void {
    // Whoever hears of output may ask for the end, and so come here once more.
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    clearTimeout(this.#timer);
    const { pipe } = this.#options;
    // What is there by now is known when this returns.
    pipe.readNow((chunk) => this.#hear(chunk));
    try {
      const opened = pipe.open();
      const stream = opened.read();
      stream.on('data', (chunk: Buffer) => this.#hear(chunk));
      this.#followed = { pipe: opened, stream };
    } catch {
      // No descriptor is left. Some may be when others have ended.
      this.#isFollowed = false;
      this.#wait();
    }
  }

  /** The command is over. Resolves once all is read, as far as nobody outside goes on to print. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    const { pipe } = this.#options;
    if (this.#followed === undefined) {
      if (pipe.readNow((chunk) => this.#hear(chunk))) {
        pipe.giveBack();
        return;
      }
      this.follow();
      clearTimeout(this.#timer);
    }
    if (this.#followed === undefined) {
      pipe.giveUp();
      return;
    }
    this.#followed.pipe.letGo();
    await readToEnd(this.#followed.stream);
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.follow(), SOON_MS);
  }

  #hear(chunk: Buffer): void {
    const { onBegun, onOutput } = this.#options;
    const output = chunk.subarray(this.#mark);
    if (this.#mark > 0) {
      this.#mark -= Math.min(this.#mark, chunk.length);
      if (this.#mark === 0) onBegun();
    }
    if (output.length > 0) onOutput(output);
  }
}
