// `validation: bisect`: keeps while a run goes on what it takes to replay its tasks, and names those that broke a
// validation step.

import { join } from 'node:path';
import { elapsed } from '../../base/elapsed.ts';
import type { Task } from '../../config/config.ts';
import type { Repository } from '../../git/repository.ts';
import type { Plan } from '../../model/plan.ts';
import type { Blame, FileChange, Stray } from '../../model/report.ts';
import type { RunContext } from '../records/context.ts';
import { isolationScratch } from '../records/scratch.ts';
import type { UndoLog } from '../records/undo-log.ts';
import { groundsIn } from './grounds.ts';
import { Recording } from './recording.ts';
import { NotPossible, Replays } from './replay.ts';
import { ScratchTree } from './scratch-tree.ts';
import { type Found, findCulprits } from './search.ts';
import type { FailedStep } from './validation.ts';

export interface BisectionOptions {
  context: RunContext;
  repository: Repository | undefined;
  plan: Plan;
  undoLog: UndoLog;
}

type Strays = ReadonlyMap<string, readonly Stray[]>;

export class Bisection {
  readonly #options: BisectionOptions;
  readonly #scratch: string;
  /** Undefined where there is no git to keep it. */
  readonly #recording: Recording | undefined;

  constructor(options: BisectionOptions) {
    const { context, repository } = options;
    const { config, folder } = context;
    this.#options = options;
    this.#scratch = join(isolationScratch(folder.state), 'recording');
    this.#recording = repository && new Recording(repository, config, folder.id, this.#scratch);
  }

  /** To be over before a task begins. */
  async begin(tasks: readonly Task[]): Promise<void> {
    await this.#recording?.begin(tasks);
  }

  /** A task has passed; to be over before any that comes after it. */
  async add({ id }: Task, changed: readonly FileChange[]): Promise<void> {
    await this.#recording?.add(
      id,
      changed.map(({ path }) => path),
    );
  }

  /** Says of each step who broke it, one step after the other. @param strays by task, what it changed undeclared */
  async blame(failed: readonly FailedStep[], strays: Strays): Promise<void> {
    const { context, repository, undoLog } = this.#options;
    const scratch = repository && new ScratchTree(context, repository, undoLog, this.#scratch);
    try {
      for (const one of failed) {
        const begin = elapsed();
        const { found, replays } = await this.#search(one, strays, scratch);
        const durationMs = Math.round((elapsed() - begin) * 10) / 10;
        context.emit({
          type: 'validation-blamed',
          name: one.step.name,
          blame: { ...found, replays, durationMs },
        });
      }
    } finally {
      await scratch?.end();
    }
  }

  async #search(
    failed: FailedStep,
    strays: Strays,
    scratch: ScratchTree | undefined,
  ): Promise<{ found: Pick<Blame, 'status' | 'tasks' | 'reason'>; replays: number }> {
    const { context, repository, plan } = this.#options;
    let replays: Replays | undefined;
    try {
      if (failed.step.review !== undefined) throw new NotPossible('the review of an agent is not repeated');
      if (repository === undefined || scratch === undefined || this.#recording === undefined)
        throw new NotPossible('tasks can be replayed in a git repository only');
      if (this.#recording.problem !== undefined) throw new NotPossible(this.#recording.problem);
      const deeds = await this.#recording.deeds(certain(strays));
      const own = new Replays({ context, scratch, deeds }, failed);
      replays = own;
      const ids = deeds.tasks;
      const found = await findCulprits({
        count: ids.length,
        groundsOf: groundsIn(plan, ids),
        ask: (tasks) => own.run(tasks),
      });
      const declared = plan.tasks.map(({ id }) => id);
      return { found: named(found, ids, declared, strays), replays: own.count };
    } catch (error) {
      // Also a git that is killed, or a disk that is full: the step has failed whoever broke it.
      const reason = (error as Error).message.replace(/\s+/g, ' ').trim();
      return { found: { status: 'not-possible', tasks: [], reason }, replays: replays?.count ?? 0 };
    }
  }
}

/** @param ids the tasks at their places */
function named(
  found: Found,
  ids: readonly string[],
  declared: readonly string[],
  strays: Strays,
): Pick<Blame, 'status' | 'tasks' | 'reason'> {
  const { status } = found;
  if (status === 'found') {
    const culprits = new Set(found.tasks.map((at) => ids[at]));
    return { status, tasks: declared.filter((id) => culprits.has(id)) };
  }
  const reason = status === 'not-reproduced' ? (found.reason ?? unclear(strays)) : undefined;
  return { status, tasks: [], ...(reason === undefined ? {} : { reason }) };
}

/** What nobody else can have changed. */
const certain = (strays: Strays): Map<string, string[]> =>
  new Map([...strays].map(([id, all]) => [id, all.filter(({ others }) => !others).map(({ path }) => path)]));

function unclear(strays: Strays): string | undefined {
  for (const [task, all] of strays)
    for (const { path, others } of all)
      if (others) return `${path} was changed by ${[task, ...others].join(' or ')}, which do not declare it`;
  return undefined;
}
