// The parts of a run that isolates tasks.

import { join } from 'node:path';
import { headOf } from '../git/branch.ts';
import type { Repository } from '../git/repository.ts';
import type { Plan } from '../model/plan.ts';
import { Integrator } from './integrate/integrator.ts';
import { resolverIn } from './integrate/resolver.ts';
import type { RunContext } from './records/context.ts';
import { isolationScratch } from './records/scratch.ts';
import type { WorkTree } from './recovery/work-tree.ts';
import type { RunFiles } from './run-files.ts';
import { IsolatedTree } from './workspace/worktree/isolated-tree.ts';
import { WorktreeWorkspaces } from './workspace/worktree/worktree-workspace.ts';
import type { Isolation } from './workspaces.ts';

/** Where isolated tasks begin from. */
export function isolatedTreeIn({ config, folder }: RunContext, repository: Repository): IsolatedTree {
  const scratch = isolationScratch(folder.state);
  const isDetached = config.integrate === 'branches';
  return new IsolatedTree({ repository, runId: folder.id, scratch, isDetached });
}

/** The head is looked at before any task begins. */
export async function isolationIn(
  context: RunContext,
  plan: Plan,
  tree: IsolatedTree,
  { undoLog, shared, home }: RunFiles & Pick<WorkTree, 'home'>,
): Promise<Isolation> {
  const { config, folder, waiting, emit } = context;
  const common = { config, tree, runId: folder.id, undoLog, waiting };
  const resolver = resolverIn(context, join(tree.scratch, 'resolvers'));
  const begun = await headOf(tree.repository);
  return {
    tree,
    workspaces: new WorktreeWorkspaces({ ...common, folder, home, emit }),
    integrator: new Integrator({ ...common, plan, begun, shared, resolver }),
  };
}
