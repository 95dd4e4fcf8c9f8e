// Which phase of a plan is the first in which something is left to do.

export class Phases {
  readonly #left: number[] = [];
  #now = 0;

  /** @param tasks those whose end is waited for */
  constructor(tasks: Iterable<{ phase: number }>) {
    for (const { phase } of tasks) this.#left[phase] = (this.#left[phase] ?? 0) + 1;
    this.#pass();
  }

  get now(): number {
    return this.#now;
  }

  /** One of its tasks keeps nobody waiting any more. */
  leave(phase: number): void {
    this.#left[phase] = (this.#left[phase] ?? 0) - 1;
    this.#pass();
  }

  #pass(): void {
    while (this.#now < this.#left.length && (this.#left[this.#now] ?? 0) === 0) this.#now++;
  }
}
