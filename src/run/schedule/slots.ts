// How many tasks run: here, and on other machines, which takes no slot here.

import type { Node, ScheduleInput } from './schedule-graph.ts';

export class Slots {
  readonly #concurrency: number;
  readonly #remoteJobs: number;
  #here = 0;
  #remote = 0;

  constructor({ concurrency, remoteJobs = 0 }: Pick<ScheduleInput, 'concurrency' | 'remoteJobs'>) {
    this.#concurrency = concurrency;
    this.#remoteJobs = remoteJobs;
  }

  /** Of those that it may run on. */
  freeFor({ isRemote }: Node): number {
    return isRemote ? this.#remoteJobs - this.#remote : this.#concurrency - this.#here;
  }

  get areTaken(): boolean {
    return this.#here >= this.#concurrency && this.#remote >= this.#remoteJobs;
  }

  get areIdle(): boolean {
    return this.#here + this.#remote === 0;
  }

  take({ isRemote }: Node): void {
    if (isRemote) this.#remote++;
    else this.#here++;
  }

  release({ isRemote }: Node): void {
    if (isRemote) this.#remote--;
    else this.#here--;
  }
}
