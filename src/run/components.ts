// The parts of a run that only some runs need, each made only where the plan or the config asks for it.

import { join } from 'node:path';
import type { Task } from '../config/config.ts';
import { headOf } from '../git/branch.ts';
import type { Repository } from '../git/repository.ts';
import type { Plan } from '../model/plan.ts';
import { Isolation } from './integrate/isolation.ts';
import { resolverIn } from './integrate/resolver.ts';
import type { RunContext } from './records/context.ts';
import { isolationScratch } from './records/scratch.ts';
import type { WorkTree } from './recovery/work-tree.ts';
import type { Records } from './run-files.ts';
import type { Bisection } from './validate/bisection.ts';
import { TreeWatch } from './workspace/shared/watch.ts';

/** Only where the plan isolates a task. */
export async function isolationFor(
  context: RunContext,
  plan: Plan,
  { ledger, shared }: Records,
  { repository, home }: WorkTree,
): Promise<Isolation | undefined> {
  if (repository === undefined || !plan.tasks.some(({ workspace }) => workspace === 'worktree'))
    return undefined;
  const { config, folder, waiting } = context;
  const scratch = isolationScratch(folder.state);
  const resolver = resolverIn(context, join(scratch, 'resolvers'));
  const begun = await headOf(repository);
  return new Isolation({
    config,
    repository,
    plan,
    begun,
    runId: folder.id,
    ledger,
    home,
    shared,
    resolver,
    scratch,
    waiting,
  });
}

/** Only where it is asked for, and steps may fail. */
export async function bisectionFor(
  context: RunContext,
  plan: Plan,
  tasks: readonly Task[],
  { ledger }: Records,
  { repository }: WorkTree,
): Promise<Bisection | undefined> {
  const { validate, validation, integrate } = context.config;
  if (validation !== 'bisect' || validate.length === 0 || integrate === 'branches') return undefined;
  const { Bisection } = await import('./validate/bisection.ts');
  const bisection = new Bisection({ context, repository, plan, ledger });
  await bisection.begin(tasks);
  return bisection;
}

/** Only where somebody wants to know, and a task may change what it is not to change. */
export function treeWatchFor(
  { config, folder }: RunContext,
  plan: Plan,
  tasks: readonly Task[],
  repository: Repository | undefined,
  isBisected: boolean,
): TreeWatch | undefined {
  const hasWorktrees = plan.tasks.some(({ workspace }) => workspace === 'worktree');
  const isWatched = tasks.some(({ run, strays }) => run.length > 0 && (isBisected || strays !== 'ignore'));
  if (repository === undefined || !isWatched) return undefined;
  const ids = tasks.map(({ id }) => id);
  return new TreeWatch({ repository, root: config.root, scratch: folder.state, tasks: ids, hasWorktrees });
}
