// The output of one task: written to its file as it comes, with only the end of it kept in memory.

import { closeSync, fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { openOwn } from '../base/own-files.ts';
import type { Masker, MaskStream } from './masking.ts';

const TAIL_BYTES = 16 * 1024;
const TAIL_LINES = 20;

export class OutputFile {
  readonly #fd: number;
  readonly #decoder = new StringDecoder('utf8');
  readonly #onText: (text: string) => void;
  readonly #mask: MaskStream | undefined;
  #tail = '';
  bytes: number;
  /** Why the file does not hold all of the output: a full disk, say. */
  failure: string | undefined;

  /** Opens the file, empty unless it is to go on. Throws where it cannot. */
  constructor(path: string, onText: (text: string) => void, goesOn = false, masker?: Masker) {
    this.#fd = openOwn(path, { appends: true });
    if (!goesOn) ftruncateSync(this.#fd);
    this.bytes = fstatSync(this.#fd).size;
    this.#onText = onText;
    this.#mask = masker?.stream();
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
    this.bytes += chunk.length;
    const text = this.#decoder.write(chunk);
    if (text === '') return;
    this.#tail = (this.#tail + text).slice(-TAIL_BYTES);
    this.#onText(text);
  }

  #store(chunk: Buffer): void {
    if (this.failure !== undefined) return;
    try {
      for (let done = 0; done < chunk.length; ) done += writeSync(this.#fd, chunk, done);
    } catch (error) {
      this.failure = `its output cannot be written: ${(error as Error).message}`;
    }
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
    closeSync(this.#fd);
  }
}
