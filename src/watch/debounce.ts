// Waits until it is calm, but not for ever: an editor that saves all its files is heard once, and one that never stops is heard too.

/** Milliseconds after the last hint, and after the first one that nothing has come of. */
const CALM_MS = 75;
const MOST_MS = 1_000;

export class Debounce {
  readonly #onCalm: () => void;
  #timer: NodeJS.Timeout | undefined;
  #since: number | undefined;

  constructor(onCalm: () => void) {
    this.#onCalm = onCalm;
  }

  hint(): void {
    const now = performance.now();
    this.#since ??= now;
    clearTimeout(this.#timer);
    const ms = Math.max(0, Math.min(CALM_MS, this.#since + MOST_MS - now));
    this.#timer = setTimeout(() => {
      this.#since = undefined;
      this.#onCalm();
    }, ms);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
