/**
 * How much work patterns may make in all. One question has its budgets (limits.ts), but a config can ask millions of them.
 * Counted in steps and not by the clock; what is remembered from an earlier question costs next to nothing.
 */
export class Effort {
  #left: number;

  /** @param steps of about a microsecond */
  constructor(steps: number) {
    this.#left = steps;
  }

  /** Does the work at the expense of these steps; undefined when they are used up before it is done. */
  within<T>(work: () => T): T | undefined {
    const around = left;
    left = this.#left;
    try {
      return work();
    } catch (error) {
      if (error instanceof EffortSpent) return undefined;
      throw error;
    } finally {
      this.#left = left;
      left = around;
    }
  }
}

/** Of the effort that the work at hand is done with. */
let left = Infinity;

class EffortSpent extends Error {
  override readonly name = 'EffortSpent';
}

/** To be called by what may take long. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new EffortSpent();
}
