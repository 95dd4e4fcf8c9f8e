// What it means that somebody asks for the end of a run: that it stops, or, where nothing is left but services that he had asked
// for, that these are not needed any more, which is how such a run ends.

export class Interruption {
  readonly #stop = new AbortController();
  readonly #asked: AbortSignal | undefined;
  /** Ends services where nothing else is left; whether that is so. */
  onlyServices: (() => boolean) | undefined;

  constructor(asked: AbortSignal | undefined) {
    this.#asked = asked;
    if (asked?.aborted) this.#hear();
    else asked?.addEventListener('abort', this.#hear, { once: true });
  }

  /** The run stops. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  close(): void {
    this.#asked?.removeEventListener('abort', this.#hear);
  }

  readonly #hear = (): void => {
    if (this.onlyServices?.()) return;
    this.#stop.abort(this.#asked?.reason);
  };
}
