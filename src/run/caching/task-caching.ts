// The cache in a run: before a task runs its result is looked for, and what it has done is kept after it has passed. Unaware of the
// order of tasks.

import { shownPath } from '../../base/raw-path.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import { MadeFiles } from '../../cache/made.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { Task } from '../../config/config.ts';
import type { Cached, FileChange, Stray } from '../../model/report.ts';
import type { Briefings } from '../agents/prompt-context.ts';
import type { Executed } from '../executor/execute.ts';
import type { RunContext } from '../records/context.ts';
import type { CacheUse } from '../records/options.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { Findings } from '../workspace/shared/watch.ts';
import { removeOwn } from './clean.ts';
import { type Hit, Hits, type HitsOptions } from './hits.ts';
import { Keeping, type RanTask } from './keeping.ts';
import { type Lookup, Lookups } from './lookups.ts';
import { replay } from './said.ts';
import { taskName } from './task-name.ts';

export type { Hit } from './hits.ts';

export interface TaskCachingOptions extends Pick<HitsOptions, 'changing' | 'changed'> {
  /** Undefined where there is no place for it. */
  store: CacheStore | undefined;
  use: CacheUse;
  shared: SharedTree;
  briefings: Briefings;
}

/** Of a task that did not run. */
export interface Replayed {
  executed: Executed;
  filesChanged: FileChange[];
}

interface Looked {
  lookup: Lookup;
  /** Why it may not be of this that its result is made, a clause. */
  doubt?: string;
}

export class TaskCaching {
  readonly #context: RunContext;
  readonly #options: TaskCachingOptions;
  readonly #made: MadeFiles;
  readonly #lookups: Lookups;
  /** Undefined where nothing is taken from it. */
  readonly #hits: Hits | undefined;
  readonly #keeping: Keeping;
  /** Of the tasks that are about to run, or run. */
  readonly #looked = new Map<string, Looked>();

  constructor(context: RunContext, options: TaskCachingOptions) {
    const { config } = context;
    const { store, use, shared, briefings, changing, changed } = options;
    const { statCache } = shared;
    const made = new MadeFiles(config.root);
    const lookups = new Lookups(context, {
      ...{ made, statCache, view: new TreeView(config.root, statCache) },
      handedOver: (id) => briefings.handovers.textOf(id),
    });
    this.#context = context;
    this.#options = options;
    this.#made = made;
    this.#lookups = lookups;
    if (store !== undefined && use.reads) this.#hits = new Hits({ store, shared, made, changing, changed });
    this.#keeping = new Keeping(context, {
      ...{ lookups, made, statCache, briefings, store: use.writes ? store : undefined },
    });
  }

  /** Its result, where that is in the cache; else it is to run, and it is said why. */
  async lookUp(task: Task): Promise<Hit | undefined> {
    const { id } = task;
    const found = await this.#lookups.of(task);
    this.#looked.delete(id);
    if (!found.ok) {
      this.#tell(id, { hit: false, because: [found.reason] });
      return undefined;
    }
    this.#looked.set(id, { lookup: found });
    const hit = this.#hits?.find(this.#nameOf(id), found);
    if (hit !== undefined) return hit;
    this.#tell(id, { hit: false, key: found.key.digest.hash, because: await this.#whyNot(id, found) });
    return undefined;
  }

  async #whyNot(id: string, { key }: Lookup): Promise<string[]> {
    const { store, use } = this.#options;
    if (!use.reads) return ['the cache is not asked'];
    if (store === undefined) return ['there is no place for the cache'];
    const { whyNotCached } = await import('../../cache/difference.ts');
    return whyNotCached(store, this.#nameOf(id), key.parts());
  }

  /** Whether all that decides it is as it was. */
  async isStill(task: Task, { lookup }: Hit): Promise<boolean> {
    this.#lookups.outdated();
    const now = await this.#lookups.of(task);
    return now.ok && now.key.digest.hash === lookup.key.digest.hash;
  }

  /** Puts its result where it belongs, and has it say what it said. Undefined where that proves impossible: it is to run. */
  async restore(task: Task, hit: Hit): Promise<Replayed | undefined> {
    const { id } = task;
    const { record, lookup, said } = hit;
    const key = lookup.key.digest.hash;
    this.#tell(id, { hit: true, key, because: [], savedMs: record.durationMs });
    const restored = await (this.#hits as Hits).restore(this.#nameOf(id), task, hit);
    this.#lookups.outdated();
    if (!restored.ok) {
      const now = await this.#lookups.of(task);
      if (now.ok) this.#looked.set(id, { lookup: now });
      else this.#looked.delete(id);
      this.#tell(id, { hit: false, key, because: [restored.reason] });
      return undefined;
    }
    const executed = replay(this.#context, this.#options.briefings, task, record, said);
    return { executed, filesChanged: restored.filesChanged };
  }

  /** It is about to run in this folder, which takes the place of the config's: what it has made before goes. */
  async begin(task: Task, workdir: string): Promise<void> {
    const { id } = task;
    const looked = this.#looked.get(id);
    if (workdir === this.#context.config.root) {
      if (looked === undefined) return;
      const { own, written } = looked.lookup.inputs;
      const staying = removeOwn(workdir, own, written.entries);
      if (staying !== undefined) looked.doubt = `${shownPath(staying)} could not be removed before it began`;
      return;
    }
    // Its folder was made since it was looked up, of the tree as that was then.
    this.#lookups.outdated();
    const now = await this.#lookups.of(task);
    if (!now.ok) {
      if (looked !== undefined) looked.doubt = now.reason;
      return;
    }
    const isSame = now.key.digest.hash === looked?.lookup.key.digest.hash;
    const staying = removeOwn(workdir, now.inputs.own);
    const doubt = !isSame
      ? 'its inputs changed before it began'
      : staying && `${shownPath(staying)} could not be removed before it began`;
    this.#looked.set(id, { lookup: now, ...(doubt !== undefined && { doubt }) });
  }

  /** Its commands are over, and what it has done is still where it has done it. */
  async ran(ran: Omit<RanTask, 'lookup' | 'doubt'>): Promise<void> {
    const looked = this.#looked.get(ran.task.id);
    this.outdated();
    if (looked !== undefined)
      await this.#keeping.take({ ...ran, lookup: looked.lookup, doubt: looked.doubt });
  }

  /** Something has run, or is put back. */
  outdated(): void {
    this.#lookups.outdated();
  }

  /** What it was found to have changed undeclared, where it has worked. */
  strayed(id: string, strays: readonly Stray[]): void {
    this.#keeping.strayed(id, strays);
  }

  /** It has not passed after all. */
  drop(id: string): void {
    this.#keeping.drop(id);
  }

  /** Every task is over. */
  commit(findings: Findings): void {
    this.#keeping.commit(findings, (id) => this.#nameOf(id));
    this.#made.tidy();
  }

  #nameOf(id: string): string {
    return taskName(this.#options.shared.place.prefix, id);
  }

  #tell(id: string, cached: Cached): void {
    this.#context.emit({ type: 'task-looked-up', id, cached });
  }
}
