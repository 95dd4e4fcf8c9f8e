// The tasks of a watch and their files: from a change to the tasks that it hits, and from a run to what it has changed itself.

import { rawPath } from '../base/raw-path.ts';
import { ok, type Result } from '../base/result.ts';
import type { Config, Task } from '../config/config.ts';
import { shownFromTop } from '../git/prefix.ts';
import { findRepository } from '../git/repository.ts';
import type { Plan } from '../model/plan.ts';
import { affectedTasks } from '../plan/affected.ts';
import { withReasons } from '../plan/chosen.ts';
import { isUndeclared } from '../plan/notes.ts';
import type { PlanOptions } from '../plan/options.ts';
import { planWithGit } from '../plan/plan-with-git.ts';
import { listRuns } from '../run/records/run-folder.ts';
import { untouchedSinceRun } from '../run/recovery/changed-by-run.ts';
import type { Reach } from '../run/workspace/fingerprints.ts';
import { reachOf } from '../run/workspace/reach.ts';
import { Freshness, type Reasons } from './freshness.ts';
import { readsOf, type Scope, scopeOf } from './scope.ts';

export class Watched {
  /** Its tasks are those that are watched. */
  readonly config: Config;
  /** With all tasks that there are. */
  readonly #whole: Config;
  /** Of all of those that are watched. */
  readonly plan: Plan;
  readonly freshness: Freshness;
  readonly scope: Scope;
  /** Tasks that no change of a file reruns. */
  readonly unread: readonly string[];
  readonly #reaches: ReadonlyMap<string, Reach>;

  static async of(config: Config, plan: Plan): Promise<Watched> {
    const ids = new Set(plan.tasks.map(({ id }) => id));
    const tasks = config.tasks.filter(({ id }) => ids.has(id));
    const reaches = new Map<string, Reach>();
    for (const { id, writes } of tasks) reaches.set(id, await reachOf(config.root, writes));
    return new Watched(config, tasks, plan, reaches);
  }

  private constructor(whole: Config, tasks: Task[], plan: Plan, reaches: ReadonlyMap<string, Reach>) {
    const config = { ...whole, tasks };
    this.#whole = whole;
    this.config = config;
    this.plan = plan;
    this.#reaches = reaches;
    const isIsolated = new Map(plan.tasks.map(({ id, workspace }) => [id, workspace === 'worktree']));
    this.freshness = new Freshness(
      config.tasks.map(({ id, run, cache, service }) => ({
        id,
        isIdle: run.length === 0,
        isService: service !== undefined,
        looksAhead: cache.isOn || isIsolated.get(id) === true,
      })),
      plan,
    );
    this.scope = scopeOf(config);
    this.unread = unreadIn(config);
  }

  /** Whether a config that was read again says nothing else. */
  isSame({ config }: Watched): boolean {
    return textOf(config) === textOf(this.config);
  }

  /**
   * Of those of its tasks that are to run.
   * @param changedFiles since the last run
   */
  async planFor(
    reasons: Reasons,
    changedFiles: number,
    asked: PlanOptions['strategy'],
  ): Promise<Result<Plan>> {
    const { config } = this;
    const tasks = [...reasons.keys()];
    const isAll = tasks.length === config.tasks.length;
    const plan = isAll
      ? ok(this.plan)
      : await planWithGit(this.#whole, { tasks, only: true, strategy: asked });
    if (!plan.ok) return plan;
    const { letter } = plan.value.strategy;
    // Nobody goes on from one of these runs: the checkpoints of a plan that happens to be sequential only take time.
    const isBetter = letter === 'D' && (asked ?? config.strategy) === 'auto';
    const better = isBetter
      ? await planWithGit(this.#whole, { tasks, only: true, strategy: 'phased' })
      : plan;
    if (!better.ok || [...reasons.values()].every(({ kind }) => kind === 'named')) return better;
    return ok(withReasons(better.value, this.#whole, reasons, { changedFiles }));
  }

  /** Relative to the root. */
  get configPath(): string {
    const { file, root } = this.config;
    return file.slice(root.length + 1).replaceAll('\\', '/');
  }

  /** The tasks that a change of these files has to do with. */
  hitBy(paths: readonly string[]): Reasons {
    const { config, plan } = this;
    return affectedTasks({
      config,
      plan,
      paths: [...paths].sort(),
      identity: this.scope.identity,
      readsOnly: true,
    });
  }

  /** Whether a task that has begun in this run declares to write the file. */
  mayBeWritten(path: string): boolean {
    return [...this.#reaches].some(([id, reach]) => this.freshness.hasBegun(id) && reach.covers(path));
  }

  /** What a run has changed and nobody since. Relative to the root. */
  async ownWork(runId: string): Promise<string[]> {
    const { root } = this.config;
    const run = listRuns(root).find(({ id }) => id === runId);
    if (run === undefined) return [];
    const { top, prefix } = findRepository(root) ?? { top: root, prefix: rawPath('') };
    return [...(await untouchedSinceRun(run, top))].map((path) => shownFromTop(prefix, path));
  }
}

/** The tasks that no change reruns: they read nothing, and come after nothing that does. */
function unreadIn(config: Config): string[] {
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const isReached = (task: Task): boolean => {
    const before = new Set([task]);
    for (const each of before) {
      if (each.run.length > 0 && !isUnread(config, each)) return true;
      for (const need of each.needs) before.add(byId.get(need) ?? each);
    }
    return false;
  };
  return config.tasks.filter((task) => isUnread(config, task) && !isReached(task)).map(({ id }) => id);
}

const isUnread = (config: Config, task: Task): boolean =>
  task.run.length > 0 &&
  task.service === undefined &&
  (isUndeclared(task) || readsOf(config, task).length === 0);

const textOf = ({ resources, ...rest }: Config): string => JSON.stringify([[...resources], rest]);
