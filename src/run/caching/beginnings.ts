// By what a task that runs was looked up, and whether that is what it finds where it begins: else its result is of something else, and
// is not kept.

import { type RawPath, shownPath } from '../../base/raw-path.ts';
import type { TaskInputs } from '../../cache/task-inputs.ts';
import type { Task } from '../../config/config.ts';
import { removeOwn } from './clean.ts';
import type { Lookup, Lookups } from './lookups.ts';

export interface Looked {
  lookup: Lookup;
  /** Why it may not be of this that its result is made, a clause. */
  doubt: string | undefined;
}

export class Beginnings {
  readonly #root: string;
  readonly #lookupsNow: () => Promise<Lookups>;
  /** Of the tasks that are about to run, or run. */
  readonly #looked = new Map<string, Looked>();

  /** @param lookupsNow of the files as they are when it is called */
  constructor(root: string, lookupsNow: () => Promise<Lookups>) {
    this.#root = root;
    this.#lookupsNow = lookupsNow;
  }

  of(id: string): Looked | undefined {
    return this.#looked.get(id);
  }

  lookedUp(id: string, lookup: Lookup): void {
    this.#looked.set(id, { lookup, doubt: undefined });
  }

  forget(id: string): void {
    this.#looked.delete(id);
  }

  /** It is about to run in this folder, which takes the place of the config's: what it has made before goes. */
  async begin(task: Task, workdir: string): Promise<void> {
    const { id } = task;
    const looked = this.#looked.get(id);
    if (workdir === this.#root) {
      if (looked === undefined) return;
      const { own, written } = looked.lookup.inputs;
      const staying = removeOwn(workdir, own, written.entries);
      if (staying !== undefined) looked.doubt = notRemoved(staying);
      return;
    }
    // Its folder was made since it was looked up, of the tree as that was then.
    const now = await this.#lookUp(task);
    if (now === undefined) return;
    const isSame = now.key.digest.hash === looked?.lookup.key.digest.hash;
    const staying = removeOwn(workdir, now.inputs.own);
    const doubt = isSame ? staying && notRemoved(staying) : 'its inputs changed before it began';
    this.#looked.set(id, { lookup: now, doubt });
  }

  /** The same of one that runs on another machine: what it finds there, and what goes here once its result comes. */
  async beginElsewhere(task: Task): Promise<TaskInputs | undefined> {
    const now = await this.#lookUp(task);
    if (now === undefined) return undefined;
    this.lookedUp(task.id, now);
    return now.inputs;
  }

  async #lookUp(task: Task): Promise<Lookup | undefined> {
    const lookups = await this.#lookupsNow();
    const now = await lookups.of(task);
    if (now.ok) return now;
    const looked = this.#looked.get(task.id);
    if (looked !== undefined) looked.doubt = now.reason;
    return undefined;
  }
}

const notRemoved = (path: RawPath): string => `${shownPath(path)} could not be removed before it began`;
