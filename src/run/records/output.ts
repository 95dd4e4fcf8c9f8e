// The output of one task: written to its file as it comes, with only the end of it kept in memory. Nothing printed, no file.

import { StringDecoder } from 'node:string_decoder';
import type { Masker, MaskStream } from '../masking/masking.ts';
import { BoundedFile } from './bounded-file.ts';

const TAIL_BYTES = 16 * 1024;
const TAIL_LINES = 20;
/** Bytes that no disk has. */
const UNLIMITED = 2 ** 50;

/** Said only where something is. */
export const leftOut = (bytes: number): { leftOut?: number } => (bytes > 0 ? { leftOut: bytes } : {});

export interface OutputOptions {
  /** Keeps what is there. */
  goesOn?: boolean;
  masker?: Masker | undefined;
  /** Bytes that are kept, at least about so many; without it all of them. */
  limit?: number;
}

export class OutputFile {
  readonly #file: BoundedFile;
  readonly #decoder = new StringDecoder('utf8');
  readonly #onText: (text: string) => void;
  readonly #mask: MaskStream | undefined;
  #tail = '';
  /** Why the file does not hold all of the output: a full disk, say. */
  failure: string | undefined;

  /** Begins with an empty file, or goes on with the one that is there. Throws where that cannot be opened. */
  constructor(path: string, onText: (text: string) => void, options: OutputOptions = {}) {
    const { goesOn = false, masker, limit = UNLIMITED } = options;
    this.#file = new BoundedFile(path, goesOn, Math.min(limit, UNLIMITED));
    this.#onText = onText;
    this.#mask = masker?.stream();
  }

  /** Of all that was printed. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Those that the file does not hold, once it is closed. */
  get leftOut(): number {
    return this.#file.leftOut;
  }

  /**
   * Written at once: what a task has printed is on the disk before anything else happens, and a task that prints
   * faster than the disk can take it waits in its own pipe and not in our memory.
   */
  write(chunk: Buffer): void {
    this.#put(this.#mask === undefined ? chunk : this.#mask.write(chunk));
  }

  /** What is masked already. */
  #put(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#store(chunk);
    const text = this.#decoder.write(chunk);
    if (text === '') return;
    this.#tail = (this.#tail + text).slice(-TAIL_BYTES);
    this.#onText(text);
  }

  #store(chunk: Buffer): void {
    if (this.failure !== undefined) return;
    try {
      this.#file.write(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.failure ??= `its output cannot be written: ${(error as Error).message}`;
  }

  /** A line of ptask's own. */
  note(text: string): void {
    this.flush();
    this.write(Buffer.from(`${this.#tail === '' || this.#tail.endsWith('\n') ? '' : '\n'}${text}\n`));
  }

  /** Gives out what might have been the beginning of a secret: whoever printed it has ended. */
  flush(): void {
    if (this.#mask !== undefined) this.#put(this.#mask.end());
  }

  /** The last lines, without the empty ones at the end. */
  tail(): string[] {
    return this.#tail
      .trimEnd()
      .split(/\r?\n/)
      .slice(-TAIL_LINES)
      .filter((_, at, all) => all.length > 1 || all[at] !== '');
  }

  close(): void {
    this.flush();
    try {
      this.#file.close();
    } catch (error) {
      this.#fail(error);
    }
  }
}
