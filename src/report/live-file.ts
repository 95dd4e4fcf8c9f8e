// A file that is written anew as what it tells goes on: soon, and not more often than is worth it. A task that is just sweeping
// it away would fail if it came again under its hands, so it comes again when all is over. Unaware of what stands in it.

import { elapsed } from '../base/elapsed.ts';
import { codeOf } from '../base/error-code.ts';
import { overwriteFile } from '../base/own-files.ts';
import { isThere } from '../base/own-folders.ts';
import { bestEffort, ensureFolderOf } from '../run/records/run-folder.ts';

/** Milliseconds between two writes at least; and how often longer than a write takes the pause after it is. */
const PAUSE_MS = 200;
const PAUSE_FACTOR = 50;

export class LiveFile {
  readonly #path: string;
  readonly #text: () => string;
  #timer: NodeJS.Timeout | undefined;
  #isThere = false;
  #isSwept = false;
  #notBefore: number;
  /** Why it could not be written. */
  failure: string | undefined;

  /** @param delayMs before the first write: what is over by then is written once */
  constructor(path: string, text: () => string, delayMs = 0) {
    this.#notBefore = elapsed() + delayMs;
    this.#path = path;
    this.#text = text;
  }

  /** There is news: written now, or once the pause is over. */
  touch(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#notBefore - elapsed();
    if (wait <= 0) this.write();
    else this.#timer = setTimeout(() => this.write(), wait).unref();
  }

  /** There is nothing to tell after all. One that is there already says so; else false: it never will be. */
  drop(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isMade = this.#isThere || this.#isSwept;
    if (isMade) this.write();
    return isMade;
  }

  /** All is over: writes what still waits, and what is gone. */
  settle(): void {
    const isGone = this.#isSwept || (this.#isThere && !isThere(this.#path));
    if (isGone) {
      bestEffort('', () => ensureFolderOf(this.#path));
      this.#isThere = false;
    }
    if (isGone || this.#timer !== undefined) this.write();
  }

  /** Now: there is news that must not wait. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const begin = elapsed();
    this.failure = bestEffort('a log cannot be written', () => this.#overwrite());
    const end = elapsed();
    this.#notBefore = end + Math.max(PAUSE_MS, (end - begin) * PAUSE_FACTOR);
  }

  #overwrite(): void {
    try {
      overwriteFile(this.#path, this.#text(), !this.#isThere);
      this.#isThere = true;
      this.#isSwept = false;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      this.#isSwept = true;
    }
  }
}
