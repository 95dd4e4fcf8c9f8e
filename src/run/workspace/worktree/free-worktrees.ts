// Worktrees that no task has just now. Making one takes as long as there are files; so who needs one waits for another task to give
// its own back, as long as making one takes, before one more is made: tasks that are short share few, and those that are long
// lose no more time than a worktree costs ("ski rental": Karlin, Manasse, Rudolph, Sleator, 1988). Unaware of tasks.

import type { Worktree } from '../../../git/worktrees.ts';

export class FreeWorktrees {
  readonly #free: Worktree[] = [];
  /** In the order of asking. */
  readonly #waiting: ((given?: Worktree) => void)[] = [];
  readonly #signal: AbortSignal | undefined;
  /** Ends when the first one is made. */
  #first: Promise<void> | undefined;
  /** Milliseconds that it took to make the last one. */
  #cost = 0;

  /** @param signal ends all waiting */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Undefined where one is to be made. Rejects where the waiting was ended. */
  async take(): Promise<Worktree | undefined> {
    const free = this.#free.pop();
    if (free !== undefined || this.#first === undefined) return free;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const over = (given?: Worktree): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', stop);
        const at = this.#waiting.indexOf(over);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(given);
      };
      const stop = (): void => {
        reject(new Error('it was stopped while it waited for a worktree'));
        over();
      };
      this.#waiting.push(over);
      this.#signal?.addEventListener('abort', stop, { once: true });
      if (this.#signal?.aborted) stop();
      void this.#first?.then(() => {
        if (this.#waiting.includes(over)) timer = setTimeout(() => over(), this.#cost);
      });
    });
  }

  /** Nobody has it any more. */
  give(worktree: Worktree): void {
    const next = this.#waiting[0];
    if (next === undefined) this.#free.push(worktree);
    else next(worktree);
  }

  /** Makes one, and sees how long that takes. */
  async making(make: () => Promise<Worktree>): Promise<Worktree> {
    const begin = performance.now();
    const made = make();
    const first = made.then(
      () => {
        this.#cost = performance.now() - begin;
      },
      () => {
        this.#cost = 0;
      },
    );
    this.#first ??= first;
    return made;
  }

  /** Those that are free, which nobody is given any more. */
  all(): Worktree[] {
    return this.#free.splice(0);
  }
}
