// The cache in a run: before a task runs its result is looked for, and what it has done is kept after it has passed. Unaware of the
// order of tasks.

import { orElse } from '../../base/error-code.ts';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import { MadeFiles } from '../../cache/made.ts';
import type { Receipts } from '../../cache/receipts.ts';
import type { TaskInputs } from '../../cache/task-inputs.ts';
import type { Task } from '../../config/config.ts';
import type { Repository } from '../../git/repository.ts';
import type { Cached, FileChange, Stray } from '../../model/report.ts';
import type { Briefings } from '../agents/prompt-context.ts';
import type { Executed } from '../executor/execute.ts';
import type { RunContext } from '../records/context.ts';
import type { CacheUse } from '../records/options.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { Findings } from '../workspace/shared/watch.ts';
import { Beginnings } from './beginnings.ts';
import { GitTouches } from './git-touches.ts';
import type { Hit } from './hit.ts';
import type { Hits, HitsOptions } from './hits.ts';
import type { RanTask } from './keeping.ts';
import type { Looking } from './looking.ts';
import type { Lookup, Lookups } from './lookups.ts';
import { RemoteUse } from './remote-use.ts';
import { readSaid, replay } from './said.ts';
import { Surroundings } from './surroundings.ts';
import { taskName } from './task-name.ts';

export interface TaskCachingOptions extends Pick<HitsOptions, 'changing' | 'changed'> {
  /** Undefined where there is no place for it. */
  store: CacheStore | undefined;
  use: CacheUse;
  receipts: Receipts;
  shared: SharedTree;
  /** Undefined where git does not look after the tree. */
  repository: Repository | undefined;
  briefings: Briefings;
}

/** Of a task that did not run. */
export interface Replayed {
  executed: Executed;
  filesChanged: FileChange[];
}

export class TaskCaching {
  readonly #context: RunContext;
  readonly #options: TaskCachingOptions;
  readonly #made: MadeFiles;
  readonly #receipts: Receipts;
  readonly #surroundings: Surroundings;
  readonly #remote = new RemoteUse();
  /** Undefined as long as all was known to be in place. */
  #looking: Promise<Looking> | undefined;
  /** The same, once it is there. */
  #looks: Looking | undefined;
  readonly #beginnings: Beginnings;
  readonly #touches: GitTouches | undefined;

  constructor(context: RunContext, options: TaskCachingOptions) {
    const { root } = context.config;
    const { shared, repository, briefings, receipts } = options;
    this.#context = context;
    this.#options = options;
    this.#made = new MadeFiles(root);
    this.#receipts = receipts;
    this.#touches = repository && new GitTouches(repository);
    this.#beginnings = new Beginnings(root, () => this.#lookupsNow());
    this.#surroundings = new Surroundings(context, shared.statCache, (id) => briefings.handovers.textOf(id));
  }

  /** What finds those of the tasks whose results are known to be in place, without a look at contents. Of others it says nothing. */
  async inPlace(tasks: readonly Task[]): Promise<(task: Task) => Hit | undefined> {
    const { store, use } = this.#options;
    if (store === undefined || !use.reads) return () => undefined;
    await this.#receipts.lookedAhead();
    const all = await this.#surroundings.ofAll(tasks);
    const abouts = new Map(all.map((about, at) => [tasks[at]?.id, about]));
    return (task) => {
      const about = abouts.get(task.id);
      // What the disk will not say is said where the task is looked up.
      return about?.ok ? orElse(() => this.#hitOf(store, task, about.text), undefined) : undefined;
    };
  }

  #hitOf(store: CacheStore, { id }: Task, about: string): Hit | undefined {
    const receipt = this.#receipts.of(id, about);
    const said = receipt && readSaid(store, receipt);
    if (receipt === undefined || said === undefined) return undefined;
    return store.used(this.#nameOf(id), receipt.key) ? { key: receipt.key, told: receipt, said } : undefined;
  }

  /** Its result, where that is in the cache; else it is to run, and it is said why. Only of those that are not known to be in place. */
  async lookUp(task: Task): Promise<Hit | undefined> {
    this.#beginnings.forget(task.id);
    try {
      return await this.#lookUp(task);
    } catch (error) {
      this.#tell(task.id, { hit: false, because: [reasonOf(error)] });
      return undefined;
    }
  }

  async #lookUp(task: Task): Promise<Hit | undefined> {
    const { id } = task;
    const { lookups, hits } = await this.#look();
    const found = await lookups.of(task);
    if (!found.ok) {
      this.#tell(id, { hit: false, because: [found.reason] });
      return undefined;
    }
    this.#beginnings.lookedUp(id, found);
    const name = this.#nameOf(id);
    const hit = hits?.find(name, found) ?? (await this.#fromRemote(name, task, found));
    if (hit !== undefined) return hit;
    this.#tell(id, { hit: false, key: found.key.digest.hash, ...(await this.#whyNot(id, found)) });
    return undefined;
  }

  /** What another machine has of it. */
  async #fromRemote(name: string, task: Task, lookup: Lookup): Promise<Hit | undefined> {
    const { remote } = await this.#look();
    if (remote === undefined || !(await remote.tier.fetch(name, task, lookup))) return undefined;
    const hit = remote.hits.find(name, lookup);
    return hit && { ...hit, isRemote: true };
  }

  #look(): Promise<Looking> {
    this.#looking ??= import('./looking.ts').then(async ({ openLooking }) => {
      const { store, use, shared, briefings, changing, changed } = this.#options;
      const local = use.writes ? store : undefined;
      const remote = await this.#remote.open(this.#context, local, use);
      this.#looks = openLooking(this.#context, {
        ...{ shared, briefings, changing, changed },
        ...{ made: this.#made, receipts: this.#receipts, surroundings: this.#surroundings },
        from: use.reads ? store : undefined,
        to: local ?? remote?.store,
        remote,
      });
      return this.#looks;
    });
    return this.#looking;
  }

  /** Of the files as they are by now. */
  async #lookupsNow(): Promise<Lookups> {
    const { lookups } = await this.#look();
    this.outdated();
    return lookups;
  }

  async #whyNot(id: string, { key }: Lookup): Promise<Pick<Cached, 'because' | 'always'>> {
    const { store, use } = this.#options;
    if (!use.reads) return { because: ['the cache is not asked'] };
    if (store === undefined) return { because: ['there is no place for the cache'] };
    const { whyNotCached } = await import('../../cache/difference.ts');
    return whyNotCached(store, this.#nameOf(id), key.parts());
  }

  /** Whether all that decides it is as it was. */
  async isStill(task: Task, { key }: Hit): Promise<boolean> {
    const lookups = await this.#lookupsNow();
    const now = await lookups.of(task);
    return now.ok && now.key.digest.hash === key;
  }

  /** Puts its result where it belongs, and has it say what it said. Undefined where that proves impossible: it is to run. */
  async restore(task: Task, hit: Hit): Promise<Replayed | undefined> {
    const { id } = task;
    const { key, wanted } = hit;
    if (wanted === undefined) return this.replay(task, hit);
    this.#tellHit(id, hit);
    const looking = await this.#look();
    const hits = (hit.isRemote ? looking.remote?.hits : looking.hits) as Hits;
    const restored = await hits.restore(this.#nameOf(id), task, wanted);
    if (!restored.ok || restored.isChanged) this.outdated();
    if (restored.ok) return this.#replay(task, hit, restored.filesChanged);
    const { lookups } = await this.#look();
    const now = await lookups.of(task);
    if (now.ok) this.#beginnings.lookedUp(id, now);
    else this.#beginnings.forget(id);
    this.#tell(id, { hit: false, key, because: [restored.reason] });
    return undefined;
  }

  /** The same of a hit that is in place. */
  replay(task: Task, hit: Hit): Replayed | undefined {
    this.#tellHit(task.id, hit);
    return this.#replay(task, hit, []);
  }

  #replay(task: Task, { key, told, said }: Hit, filesChanged: FileChange[]): Replayed | undefined {
    try {
      const executed = replay(this.#context, this.#options.briefings, task, told, said);
      return { executed, filesChanged };
    } catch (error) {
      const because = [`its output could not be written: ${reasonOf(error)}`];
      this.#tell(task.id, { hit: false, key, because });
      return undefined;
    }
  }

  /** It is about to run in this folder, which takes the place of the config's: what it has made before goes. */
  async begin(task: Task, workdir: string): Promise<void> {
    await this.#beginnings.begin(task, workdir);
    // In a worktree it has an index of its own, and is seen to move anything else.
    if (workdir === this.#context.config.root || task.strict) this.#touches?.begin(task.id);
  }

  /** The same of one that runs on another machine: what it finds there, and what goes here once its result comes. */
  beginElsewhere(task: Task): Promise<TaskInputs | undefined> {
    return this.#beginnings.beginElsewhere(task);
  }

  /** Its commands are over, and what it has done is still where it has done it. */
  async ran(ran: Omit<RanTask, 'lookup' | 'doubt'>): Promise<void> {
    const { id } = ran.task;
    const looked = this.#beginnings.of(id);
    const touched = this.#touches?.end(id);
    this.#receipts.drop(id);
    this.outdated();
    if (looked === undefined) return;
    const { keeping } = await this.#look();
    await keeping.take({ ...ran, ...looked, doubt: looked.doubt ?? touched });
  }

  /** What keeps all tasks from it, or from that on another machine: sentences without a full stop. */
  get problems(): string[] {
    const { problem } = this.#surroundings;
    return [...(problem === undefined ? [] : [`nothing is cached: ${problem}`]), ...this.#remote.problems];
  }

  /** Something has run, or is put back. */
  outdated(): void {
    this.#looks?.lookups.outdated();
    this.#surroundings.outdated();
    this.#receipts.outdated();
  }

  /** What it was found to have changed undeclared, where it has worked. */
  strayed(id: string, strays: readonly Stray[]): void {
    this.#looks?.keeping.strayed(id, strays);
  }

  /** What it has staged where it has worked. */
  staged(id: string, [staged]: readonly { path: RawPath }[]): void {
    if (staged !== undefined) this.#looks?.keeping.refuse(id, `it has staged ${shownPath(staged.path)}`);
  }

  /** It has not passed after all. */
  drop(id: string): void {
    this.#looks?.keeping.drop(id);
  }

  /** Every task is over. */
  async commit(findings: Findings): Promise<void> {
    const { store } = this.#options;
    this.#looks?.keeping.commit(findings, (id) => this.#nameOf(id));
    this.#made.tidy();
    await this.#receipts.save();
    if (store === undefined) return;
    store.close();
    const { sweepIfDue } = await import('../../cache/sweep-due.ts');
    sweepIfDue(store, this.#context.config.cache);
  }

  /** Waits, for a while, for what is on its way to another machine. */
  close(): Promise<void> {
    return this.#remote.close();
  }

  #nameOf(id: string): string {
    return taskName(this.#options.shared.place.prefix, id);
  }

  #tellHit(id: string, { key, told, isRemote }: Hit): void {
    const from = isRemote && { isRemote };
    this.#tell(id, { hit: true, ...from, key, because: [], savedMs: told.durationMs });
  }

  #tell(id: string, cached: Cached): void {
    this.#context.emit({ type: 'task-looked-up', id, cached });
  }
}
