// The results of tasks that have run, on their way into the cache: taken where they were made, and kept for others only once it is known
// that nothing speaks against it.

import { type RawPath, shownPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import { type MadeFiles, madeBetween } from '../../cache/made.ts';
import type { TaskRecord } from '../../cache/record.ts';
import { changesBetween } from '../../cache/task-result.ts';
import { imageOf } from '../../cache/tree-view.ts';
import type { Task } from '../../config/config.ts';
import { DIGESTS_ONLY, type Image } from '../../store/image.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import type { Briefings } from '../agents/prompt-context.ts';
import type { Executed } from '../executor/execute.ts';
import type { RunContext } from '../records/context.ts';
import type { Findings } from '../workspace/shared/watch.ts';
import type { Lookup, Lookups } from './lookups.ts';
import { keepSaid } from './said.ts';

export interface KeepingOptions {
  /** Undefined where nothing is to be kept. */
  store: CacheStore | undefined;
  lookups: Lookups;
  made: MadeFiles;
  statCache: StatCache;
  briefings: Briefings;
}

/** A task that has run. */
export interface RanTask {
  task: Task;
  /** What it was looked up by before. */
  lookup: Lookup;
  /** Where it has worked. */
  workdir: string;
  executed: Executed;
  durationMs: number;
}

export class Keeping {
  readonly #context: RunContext;
  readonly #options: KeepingOptions;
  /** By task. */
  readonly #kept = new Map<string, { lookup: Lookup; record: TaskRecord }>();

  constructor(context: RunContext, options: KeepingOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Its commands are over, and what it has done is still where it has done it. */
  async take(ran: RanTask): Promise<void> {
    const { task, executed } = ran;
    const store = executed.status === 'passed' ? this.#options.store : undefined;
    try {
      const reason = await this.#take(ran, store);
      if (reason !== undefined && store !== undefined) this.#refuse(task.id, reason);
    } catch (error) {
      if (store !== undefined) this.#refuse(task.id, reasonOf(error));
    }
  }

  /** A reason why it is not kept, a clause. */
  async #take(ran: RanTask, store: CacheStore | undefined): Promise<string | undefined> {
    const { made, statCache, briefings } = this.#options;
    const { task, lookup, workdir, executed, durationMs } = ran;
    const { written, own } = lookup.inputs;
    const after = await imageOf(workdir, task.writes, store ?? DIGESTS_ONLY, statCache);
    const mine = madeBetween(written, own, after);
    if (executed.status === 'passed') made.set(task.id, mine);
    else made.add(task.id, mine);
    if (store === undefined) return undefined;
    if (executed.attempts > 1) return `it has passed only at attempt ${executed.attempts}`;
    const reason = unreadableIn(after) ?? (await this.#changedBeside(ran, after));
    if (reason !== undefined) return reason;
    const said = keepSaid(this.#context, briefings, task, executed, store);
    if ('reason' in said) return said.reason;
    const { exitCode, verify } = executed;
    const record: TaskRecord = {
      ...{ task: task.id, durationMs: Math.round(durationMs), storedAt: Date.now(), exitCode, ...said },
      changes: changesBetween(written, own, after),
      ...(verify === 'passed' && { verify }),
    };
    this.#kept.set(task.id, { lookup, record });
    return undefined;
  }

  /** What of its inputs others have changed while it ran, a clause. In a worktree nobody else does. */
  async #changedBeside({ task, lookup, workdir }: RanTask, after: Image): Promise<string | undefined> {
    if (workdir !== this.#context.config.root) return undefined;
    const now = await this.#options.lookups.of(task);
    if (!now.ok) return now.reason;
    const before = lookup.inputs;
    const isWritten = (path: RawPath): boolean => before.written.entries.has(path) || after.entries.has(path);
    for (const [path, { print }] of before.entries)
      if (now.inputs.entries.get(path)?.print !== print && !isWritten(path))
        return `${shownPath(path)} changed while it ran`;
    for (const path of now.inputs.entries.keys())
      if (!before.entries.has(path) && !isWritten(path)) return `${shownPath(path)} came while it ran`;
    return undefined;
  }

  /** It has not passed after all. */
  drop(task: string): void {
    this.#kept.delete(task);
  }

  /** Every task is over. @param nameOf a task, for the store */
  commit({ strays, outside }: Findings, nameOf: (task: string) => string): void {
    for (const [id, { lookup, record }] of this.#kept) {
      const [stray] = strays.get(id) ?? [];
      const [other] = outside.get(id) ?? [];
      try {
        if (stray !== undefined) this.#refuse(id, `it has changed ${stray.path}, which it does not declare`);
        else if (other !== undefined) this.#refuse(id, `it has changed ${other.name}, beyond its own tree`);
        else this.#options.store?.write(nameOf(id), lookup.key.digest.hash, record, lookup.key.parts());
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

const unreadableIn = ({ leftOut: [path] }: Image): string | undefined =>
  path === undefined ? undefined : `${shownPath(path)} cannot be read`;
