// What follows when every task is over: the tree is put back or what was integrated is published, the whole is validated,
// and what the run had made for itself goes away.

import type { Stray } from '../model/report.ts';
import type { RunContext } from './context.ts';
import type { Isolation } from './isolation/isolation.ts';
import type { LoopOutcome } from './loop.ts';
import type { SharedTree } from './tree/shared-tree.ts';
import type { StrayWatch } from './tree/strays.ts';
import type { Bisection } from './validation/bisection.ts';
import { runValidation, type Validation } from './validation/validation.ts';

export interface Aftermath {
  outcome: LoopOutcome;
  validation: Omit<Validation, 'why'>;
  /** Finds out which tasks broke a step, where that is asked for and possible. */
  bisection: Bisection | undefined;
  shared: SharedTree;
  isolation: Isolation | undefined;
  strays: StrayWatch | undefined;
  /** How many there were. */
  tasks: number;
}

export async function finishRun(context: RunContext, aftermath: Aftermath): Promise<void> {
  const { outcome, validation, bisection, shared, isolation, strays, tasks } = aftermath;
  const { emit } = context;
  let why = outcome.passed.size === tasks ? undefined : 'not every task passed';
  if (outcome.endedBy !== undefined) {
    const { files, left } = await shared.restoreAll();
    emit({ type: 'tree-restored', tasks: [...outcome.passed.keys()], files, left });
  } else if (isolation !== undefined) {
    const conflicts = await isolation.publish();
    for (const conflict of conflicts)
      emit({ type: 'task-collided', id: conflict.tasks[0] ?? '', conflicts: [conflict] });
    if (conflicts.length > 0) why = 'not every result could be integrated';
    else if (isolation.uncommitted !== undefined) why ??= 'the results could not be committed';
    else if (context.config.integrate === 'branches') why ??= 'the results are on branches';
  }
  const silent = new Set(context.config.tasks.filter((task) => task.strays !== 'warn').map(({ id }) => id));
  const strayed: ReadonlyMap<string, Stray[]> = (await strays?.find()) ?? new Map();
  for (const [id, found] of strayed) if (!silent.has(id)) emit({ type: 'task-strayed', id, strays: found });
  const failed = await runValidation(context, { ...validation, why });
  if (failed.length > 0) await bisection?.blame(failed, strayed);
  if (isolation !== undefined) emit({ type: 'run-cleaned', ...(await isolation.end()) });
}
