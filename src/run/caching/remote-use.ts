// The remote cache of a run, as far as it is asked for: opened with the first task that is not cached here, and what there is to say of
// it when the run is over.

import type { CacheStore } from '../../cache/cache-store.ts';
import { remoteCacheFor } from '../../config/remote-cache.ts';
import type { RunContext } from '../records/context.ts';
import type { CacheUse } from '../records/options.ts';
import type { OpenedRemote } from './open-remote.ts';

export class RemoteUse {
  #opened: OpenedRemote | undefined;
  #url = '';
  /** Why it was not opened, a clause. */
  #problem: string | undefined;

  /** @param local where results are kept here; undefined where they are not */
  async open(
    context: RunContext,
    local: CacheStore | undefined,
    use: CacheUse,
  ): Promise<OpenedRemote | undefined> {
    // What is wrong with it was said before the run began.
    const written = remoteCacheFor(context.config.cache.remote, context.outer);
    if (!written.ok || written.value === undefined) return undefined;
    this.#url = written.value.url;
    const { openRemote } = await import('./open-remote.ts');
    const opened = openRemote(context, written.value, local, use);
    if (opened !== undefined && 'problem' in opened) this.#problem = opened.problem;
    else this.#opened = opened;
    return this.#opened;
  }

  /** Waits for what is on its way. */
  async close(): Promise<void> {
    await this.#opened?.tier.close();
  }

  /** Sentences without a full stop. */
  get problems(): string[] {
    const { results = 0, reason } = this.#opened?.tier.outcome.damaged ?? {};
    const damage = `${resultsAre(results)} damaged or incomplete in ${this.#named} and not used: ${reason}`;
    return [this.#problemOfAll, results > 0 ? damage : undefined].filter((each) => each !== undefined);
  }

  get #problemOfAll(): string | undefined {
    if (this.#problem !== undefined) return `${this.#named} is not used: ${this.#problem}; ${WITHOUT}`;
    const { failure, unfit, notStored = 0, notTaken = 0, isRead = true } = this.#opened?.tier.outcome ?? {};
    if (failure === undefined && unfit === undefined) return undefined;
    if (failure === undefined && notStored > 0)
      return `${resultsAre(notStored)} not stored in ${this.#named}: ${unfit}`;
    if (failure === undefined) return `${resultsAre(notTaken)} not taken from ${this.#named}: ${unfit}`;
    const left = notStored === 0 ? '' : `; ${resultsAre(notStored)} not stored there`;
    return isRead
      ? `${this.#named} takes no results: ${failure}${left}; ${READING}`
      : `${this.#named} was left out: ${failure}${left}; \`ptask doctor\` checks it, ${WITHOUT}`;
  }

  get #named(): string {
    return `the remote cache ${this.#url}`;
  }
}

const resultsAre = (count: number): string => (count === 1 ? '1 result is' : `${count} results are`);

/** The ways out for whoever cannot mend it. */
const WITHOUT = 'PTASK_REMOTE=off runs without it';
const READING = 'with `write: false` results are only taken from it';
