// What follows when every task is over: the tree is put back or what was integrated is published, the whole is validated,
// and what the run had made for itself goes away.

import type { Task } from '../config/config.ts';
import type { RunCleaned } from '../model/event.ts';
import type { TaskCaching } from './caching/task-caching.ts';
import type { LoopOutcome } from './loop.ts';
import type { RunContext } from './records/context.ts';
import type { Bisection } from './validate/bisection.ts';
import type { FailedStep, Validation } from './validate/validation.ts';
import type { SharedTree } from './workspace/shared/shared-tree.ts';
import type { Findings, TreeWatch } from './workspace/shared/watch.ts';
import type { Isolation } from './workspaces.ts';

export interface Aftermath {
  outcome: LoopOutcome;
  validation: Pick<Validation, 'before' | 'concurrency'>;
  /** Finds out which tasks broke a step, where that is asked for and possible. */
  bisection: Bisection | undefined;
  shared: SharedTree;
  isolation: Isolation | undefined;
  watch: TreeWatch | undefined;
  caching: TaskCaching | undefined;
  /** All that there were. */
  tasks: readonly Task[];
}

export async function finishRun(context: RunContext, aftermath: Aftermath): Promise<void> {
  const { outcome, validation, bisection, shared, isolation, watch, caching, tasks } = aftermath;
  const { emit } = context;
  let why = outcome.passed.size === tasks.length ? undefined : 'not every task passed';
  if (outcome.isEndedByHand) why ??= 'the run was stopped while only services were up';
  if (outcome.endedBy !== undefined) {
    const { files, left } = await shared.restoreAll();
    emit({ type: 'tree-restored', tasks: [...outcome.passed.keys()], files, left });
  } else if (isolation !== undefined) {
    const conflicts = await isolation.integrator.publish();
    for (const conflict of conflicts)
      emit({ type: 'task-collided', id: conflict.tasks[0] ?? '', conflicts: [conflict] });
    if (conflicts.length > 0) why = 'not every result could be integrated';
    else if (isolation.integrator.uncommitted !== undefined) why ??= 'the results could not be committed';
    else if (context.config.integrate === 'branches') why ??= 'the results are on branches';
  }
  const ignoring = new Set(
    context.config.tasks.filter(({ strays }) => strays === 'ignore').map(({ id }) => id),
  );
  const silent = new Set(context.config.tasks.filter((task) => task.strays !== 'warn').map(({ id }) => id));
  const found: Findings = (await watch?.find()) ?? { strays: new Map(), outside: new Map() };
  const strayed = found.strays;
  for (const [id, strays] of strayed) {
    // What has failed a task is told with its end; what may be another's has failed none.
    const isTold = silent.has(id) && strays.some(({ others }) => others === undefined);
    if (!isTold && !ignoring.has(id)) emit({ type: 'task-strayed', id, strays });
  }
  for (const [id, changes] of found.outside)
    if (!ignoring.has(id)) emit({ type: 'task-reached-outside', id, changes });
  await caching?.commit(found);
  const { changed, kept } = outcome;
  const done = { tasks, files: { changed, kept } };
  const failed = await validated(context, { ...validation, done, why });
  if (failed.length > 0) await bisection?.blame(failed, strayed);
  if (isolation !== undefined) emit({ type: 'run-cleaned', ...(await cleanUp(isolation)) });
}

async function validated(context: RunContext, validation: Validation): Promise<FailedStep[]> {
  if (context.config.validate.length === 0) return [];
  const { runValidation } = await import('./validate/validation.ts');
  return runValidation(context, validation);
}

/** Branches are named once no worktree has one of them checked out. */
async function cleanUp({ workspaces, integrator }: Isolation): Promise<Omit<RunCleaned, 'type' | 'at'>> {
  const { worktrees, branches, kept: keptWorktrees, problems } = await workspaces.end();
  const { kept, problems: more, uncommitted } = await integrator.end();
  return {
    ...{ worktrees, branches, kept },
    ...(keptWorktrees.length > 0 && { keptWorktrees: [...keptWorktrees] }),
    problems: [...more, ...problems],
    ...(uncommitted !== undefined && { uncommitted }),
  };
}
