// The parts of a run that only some runs need, each made only where the plan or the config asks for it.

import { join } from 'node:path';
import type { Config, Task } from '../config/config.ts';
import { headOf } from '../git/branch.ts';
import type { Repository } from '../git/repository.ts';
import type { Plan } from '../model/plan.ts';
import { Integrator } from './integrate/integrator.ts';
import { resolverIn } from './integrate/resolver.ts';
import type { RunContext } from './records/context.ts';
import type { RunFolder } from './records/run-folder.ts';
import { isolationScratch } from './records/scratch.ts';
import type { WorkTree } from './recovery/work-tree.ts';
import type { RunFiles } from './run-files.ts';
import type { Isolation } from './task-runner.ts';
import type { Bisection } from './validate/bisection.ts';
import { TreeWatch } from './workspace/shared/watch.ts';
import { IsolatedTree } from './workspace/worktree/isolated-tree.ts';
import { WorktreeWorkspaces } from './workspace/worktree/worktree-workspace.ts';

/** Where isolated tasks begin from; only where the plan isolates one. */
export function isolatedTreeFor(
  { config, folder }: RunContext,
  plan: Plan,
  { repository }: WorkTree,
): IsolatedTree | undefined {
  if (repository === undefined || !plan.tasks.some(({ workspace }) => workspace === 'worktree'))
    return undefined;
  const scratch = isolationScratch(folder.state);
  const isDetached = config.integrate === 'branches';
  return new IsolatedTree({ repository, runId: folder.id, scratch, isDetached });
}

/** The head is looked at before any task begins. */
export async function isolationFor(
  context: RunContext,
  plan: Plan,
  tree: IsolatedTree | undefined,
  { undoLog, shared, home }: RunFiles & Pick<WorkTree, 'home'>,
): Promise<Isolation | undefined> {
  if (tree === undefined) return undefined;
  const { config, folder, waiting, emit } = context;
  const common = { config, tree, runId: folder.id, undoLog, waiting };
  const resolver = resolverIn(context, join(tree.scratch, 'resolvers'));
  const begun = await headOf(tree.repository);
  return {
    workspaces: new WorktreeWorkspaces({ ...common, home, emit }),
    integrator: new Integrator({ ...common, plan, begun, shared, resolver }),
  };
}

/** Only where it is asked for, and steps may fail. */
export async function bisectionFor(
  context: RunContext,
  plan: Plan,
  tasks: readonly Task[],
  { undoLog }: RunFiles,
  { repository }: WorkTree,
): Promise<Bisection | undefined> {
  if (!isBisected(context.config)) return undefined;
  const { Bisection } = await import('./validate/bisection.ts');
  const bisection = new Bisection({ context, repository, plan, undoLog });
  await bisection.begin(tasks);
  return bisection;
}

const isBisected = ({ validate, validation, integrate }: Config): boolean =>
  validation === 'bisect' && validate.length > 0 && integrate !== 'branches';

/** Only where somebody wants to know, and a task may change what it is not to change. Begins to look at once. */
export function treeWatchFor(
  config: Config,
  folder: RunFolder,
  plan: Plan,
  tasks: readonly Task[],
  repository: Repository | undefined,
): TreeWatch | undefined {
  const hasWorktrees = plan.tasks.some(({ workspace }) => workspace === 'worktree');
  const isWatched = tasks.some(
    ({ run, strays }) => run.length > 0 && (isBisected(config) || strays !== 'ignore'),
  );
  if (repository === undefined || !isWatched) return undefined;
  const ids = tasks.map(({ id }) => id);
  return new TreeWatch({ repository, root: config.root, scratch: folder.state, tasks: ids, hasWorktrees });
}
