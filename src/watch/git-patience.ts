// Waits for a git that changes files, a rebase say: what is between two of its steps is nobody's state.

import { elapsed } from '../base/elapsed.ts';
import { isGitAtWork } from '../git/at-work.ts';
import { findRepository } from '../git/repository.ts';

/** Milliseconds after which it counts as having left its lock behind. */
const MOST_MS = 10_000;

export class GitPatience {
  #since: number | undefined;

  isAtWork(root: string): boolean {
    const repository = findRepository(root);
    if (repository === undefined || !isGitAtWork(repository)) {
      this.#since = undefined;
      return false;
    }
    this.#since ??= elapsed();
    return elapsed() - this.#since < MOST_MS;
  }
}
