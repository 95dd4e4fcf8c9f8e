// Worktrees that no task has just now. Making one takes as long as there are files; so who needs one waits for another task to give
// its own back, as long as making one takes, before one more is made: tasks that are short share few, and those that are long
// lose no more time than a worktree costs ("ski rental": Karlin, Manasse, Rudolph, Sleator, 1988). Unaware of tasks.

import type { Worktree } from '../../../git/worktrees.ts';

interface Waiting {
  /** It has waited long enough when so many milliseconds are over. */
  atMost(ms: number): void;
  end(given?: Worktree): void;
}

export class FreeWorktrees {
  readonly #free: Worktree[] = [];
  /** In the order of asking. */
  readonly #waiting: Waiting[] = [];
  readonly #signal: AbortSignal | undefined;
  /** Whether somebody makes the first one. */
  #isBegun = false;
  /** Milliseconds that it took to make the last one. */
  #cost: number | undefined;

  /** @param signal ends all waiting */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Undefined where one is to be made; who is told so says by `made` what became of it. Rejects where the waiting was
   * ended.
   */
  async take(): Promise<Worktree | undefined> {
    const free = this.#free.pop();
    if (free !== undefined || !this.#isBegun) {
      this.#isBegun = true;
      return free;
    }
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const stop = (): void => {
        reject(new Error('it was stopped while it waited for a worktree'));
        waiting.end();
      };
      const waiting: Waiting = {
        atMost(ms) {
          timer ??= setTimeout(() => waiting.end(), ms);
        },
        end: (given) => {
          clearTimeout(timer);
          this.#signal?.removeEventListener('abort', stop);
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          resolve(given);
        },
      };
      this.#waiting.push(waiting);
      if (this.#cost !== undefined) waiting.atMost(this.#cost);
      this.#signal?.addEventListener('abort', stop, { once: true });
      if (this.#signal?.aborted) stop();
    });
  }

  /** Nobody has it any more. */
  give(worktree: Worktree): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free.push(worktree);
    else next.end(worktree);
  }

  /** @param ms how long it took to make one; 0 where none was made */
  made(ms: number): void {
    this.#cost = ms;
    for (const waiting of this.#waiting) waiting.atMost(ms);
  }

  /** Those that are free, which nobody is given any more. */
  takeAll(): Worktree[] {
    return this.#free.splice(0);
  }
}
