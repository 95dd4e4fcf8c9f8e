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

  /** A sentence without a full stop. */
  get problem(): string | undefined {
    const named = `the remote cache ${this.#url}`;
    if (this.#problem !== undefined) return `${named} is not used: ${this.#problem}`;
    const { failure, unfit, notStored = 0, notTaken = 0, isRead = true } = this.#opened?.tier.outcome ?? {};
    const results = (count: number): string => (count === 1 ? '1 result is' : `${count} results are`);
    if (failure === undefined && unfit === undefined) return undefined;
    if (failure === undefined && notStored > 0)
      return `${results(notStored)} not stored in ${named}: ${unfit}`;
    if (failure === undefined) return `${results(notTaken)} not taken from ${named}: ${unfit}`;
    const left = notStored === 0 ? '' : `; ${results(notStored)} not stored there`;
    return `${named} ${isRead ? 'takes no results' : 'was left out'}: ${failure}${left}`;
  }
}
