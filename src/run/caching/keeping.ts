// The results of tasks that have run, on their way into the cache: taken where they were made, and kept for others only once it is known
// that nothing speaks against it.

import { look } from '../../base/look.ts';
import { locate, type RawPath, shownPath } from '../../base/raw-path.ts';
import { formatBytes } from '../../base/size.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import type { MadeFiles } from '../../cache/made.ts';
import { madeBetween } from '../../cache/own-work.ts';
import type { RecordedPath, TaskRecord } from '../../cache/record.ts';
import { changesBetween } from '../../cache/task-result.ts';
import { imageOf } from '../../cache/tree-view.ts';
import { withinOf } from '../../cache/within.ts';
import type { Task } from '../../config/config.ts';
import type { Stray } from '../../model/report.ts';
import { anyMatcher } from '../../plan/patterns/index.ts';
import type { Image } from '../../store/image.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import type { Briefings } from '../agents/prompt-context.ts';
import type { Executed } from '../executor/execute.ts';
import type { RunContext } from '../records/context.ts';
import type { Findings } from '../workspace/shared/watch.ts';
import { Contents } from './contents.ts';
import type { Lookup, Lookups } from './lookups.ts';
import type { RemoteTier } from './remote-tier.ts';
import { keepSaid } from './said.ts';

export interface KeepingOptions {
  /** Undefined where nothing is to be kept. */
  store: CacheStore | undefined;
  lookups: Lookups;
  made: MadeFiles;
  statCache: StatCache;
  briefings: Briefings;
  remote: RemoteTier | undefined;
}

/** A task that has run. */
export interface RanTask {
  task: Task;
  /** What it was looked up by before. */
  lookup: Lookup;
  /** Where it has worked, and whether that was made by git. */
  workdir: string;
  isOfGit: boolean;
  /** Why it is not kept in any case, a clause. */
  doubt: string | undefined;
  executed: Executed;
  durationMs: number;
}

export class Keeping {
  readonly #context: RunContext;
  readonly #options: KeepingOptions;
  /** By task. */
  readonly #kept = new Map<string, { task: Task; lookup: Lookup; record: TaskRecord }>();

  constructor(context: RunContext, options: KeepingOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Its commands are over, and what it has done is still where it has done it. */
  async take(ran: RanTask): Promise<void> {
    const { task, lookup, workdir, executed } = ran;
    const { made, statCache } = this.#options;
    const store = executed.status === 'passed' ? this.#options.store : undefined;
    const contents = new Contents(store, this.#context.config.cache.maxSize);
    try {
      const after = await imageOf(workdir, lookup.inputs.written.reach, contents, statCache);
      const mine = madeBetween(lookup.inputs.written, lookup.inputs.own, after);
      if (executed.status === 'passed') made.set(task.id, mine);
      else made.add(task.id, mine);
      if (executed.status !== 'passed') return;
      const reason =
        store === undefined
          ? 'this run adds nothing to the cache'
          : (contents.problem ?? (await this.#take(ran, after, store, contents)));
      if (reason !== undefined) this.#refuse(task.id, reason);
    } catch (error) {
      if (store !== undefined) this.#refuse(task.id, reasonOf(error));
    }
  }

  /** A reason why it is not kept, a clause. */
  async #take(
    ran: RanTask,
    after: Image,
    store: CacheStore,
    contents: Contents,
  ): Promise<string | undefined> {
    const { briefings } = this.#options;
    const { task, lookup, workdir, isOfGit, executed, durationMs } = ran;
    const { written, own } = lookup.inputs;
    if (ran.doubt !== undefined) return ran.doubt;
    if (executed.attempts > 1) return `it has passed only at attempt ${executed.attempts}`;
    const reason = unreadableIn(after) ?? repositoryIn(ran, after) ?? (await this.#changedBeside(ran, after));
    if (reason !== undefined) return reason;
    const said = await keepSaid(this.#context, briefings, task, executed, store);
    if ('reason' in said) return said.reason;
    const all = changesBetween(written, own, after, isOfGit);
    // Folders that only lead to what it writes are none of its result.
    const changes = all.filter(withinOf(all, anyMatcher(written.reach)));
    const { maxSize } = this.#context.config.cache;
    if (sizeOf(changes) > maxSize) return `it is more than the cache may hold (${formatBytes(maxSize)})`;
    const leading = leadingInto(workdir, changes);
    if (leading !== undefined) return `${leading} leads by a whole path to where it has worked`;
    const packs = contents.pack(workdir, changes);
    const { exitCode, verify } = executed;
    const record: TaskRecord = {
      ...{ task: task.id, durationMs: Math.round(durationMs), storedAt: Date.now(), exitCode, ...said },
      ...{ changes, packs },
      ...(verify === 'passed' && { verify }),
    };
    this.#kept.set(task.id, { task, lookup, record });
    this.#options.remote?.begin(task, lookup.key, record);
    return undefined;
  }

  /** What of its inputs others have changed while it ran, a clause. In a worktree nobody else does. */
  async #changedBeside({ task, lookup, workdir }: RanTask, after: Image): Promise<string | undefined> {
    if (workdir !== this.#context.config.root) return undefined;
    const { prints, leftOut } = await this.#options.lookups.readNow(task);
    const [unreadable] = leftOut;
    if (unreadable !== undefined) return `${shownPath(unreadable)} cannot be read`;
    const before = lookup.inputs;
    const isWritten = (path: RawPath): boolean => before.written.entries.has(path) || after.entries.has(path);
    for (const [path, { print }] of before.entries)
      if (prints.get(path) !== print && !isWritten(path)) return `${shownPath(path)} changed while it ran`;
    for (const path of prints.keys())
      if (!before.entries.has(path) && !isWritten(path)) return `${shownPath(path)} came while it ran`;
    return undefined;
  }

  /** What it was found to have changed undeclared in a folder of its own. */
  strayed(task: string, [stray]: readonly Stray[]): void {
    if (stray !== undefined) this.refuse(task, strayed(stray));
  }

  /** It is more than can be kept. @param reason a clause */
  refuse(task: string, reason: string): void {
    if (this.drop(task)) this.#refuse(task, reason);
  }

  /** It has not passed after all. */
  drop(task: string): boolean {
    this.#options.remote?.drop(task);
    return this.#kept.delete(task);
  }

  /** Every task is over. @param nameOf a task, for the store */
  commit({ strays, outside }: Findings, nameOf: (task: string) => string): void {
    const { store, remote } = this.#options;
    for (const [id, { task, lookup, record }] of this.#kept) {
      const { key } = lookup;
      const [stray] = strays.get(id) ?? [];
      const [other] = outside.get(id) ?? [];
      try {
        if (stray !== undefined) this.#refuse(id, strayed(stray));
        else if (other !== undefined) this.#refuse(id, `it has changed ${other.name}, beyond its own tree`);
        else {
          store?.write(nameOf(id), key.digest.hash, record, key.parts());
          remote?.keep(task, key, record);
        }
      } catch (error) {
        this.#refuse(id, reasonOf(error));
      }
    }
    this.#kept.clear();
  }

  #refuse(id: string, reason: string): void {
    this.#context.emit({ type: 'task-not-stored', id, reason });
  }
}

const strayed = ({ path }: Stray): string => `it has changed ${path}, which it does not declare`;

/** What lies in git's own folders is no file of a tree: a repository without it would be none. A clause. */
function repositoryIn({ workdir, lookup }: RanTask, { folders }: Image): string | undefined {
  const { written, own } = lookup.inputs;
  for (const path of folders.keys())
    if ((own.has(path) || !written.folders.has(path)) && look(locate(workdir, `${path}/.git` as RawPath)))
      return `it has made a git repository, ${shownPath(path)}`;
  return undefined;
}

const sizeOf = (changes: readonly RecordedPath[]): number =>
  changes.reduce((sum, change) => sum + (change.kind === 'file' ? change.size : 0), 0);

/** A link that leads nowhere in another tree. */
function leadingInto(workdir: string, changes: readonly RecordedPath[]): string | undefined {
  const link = changes.find((change) => {
    if (change.kind !== 'link') return false;
    const target = shownPath(change.target);
    return target === workdir || target.startsWith(`${workdir}/`);
  });
  return link && shownPath(link.path);
}

const unreadableIn = ({ leftOut: [path] }: Image): string | undefined =>
  path === undefined ? undefined : `${shownPath(path)} cannot be read`;
