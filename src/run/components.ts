// The parts of a run that only some runs need, each made only where the plan or the config asks for it.

import { relative, sep } from 'node:path';
import { namedFolder } from '../cache/named-folder.ts';
import type { Receipts } from '../cache/receipts.ts';
import type { Config, Task } from '../config/config.ts';
import type { Repository } from '../git/repository.ts';
import type { Plan } from '../model/plan.ts';
import type { Caching } from './caching/open-caching.ts';
import type { TaskCaching } from './caching/task-caching.ts';
import type { Checkpointing } from './checkpoint/checkpointing.ts';
import type { ConclusionsOptions } from './conclusion.ts';
import type { Environment } from './process/environment.ts';
import type { RunContext } from './records/context.ts';
import type { CacheUse } from './records/options.ts';
import type { RunFolder } from './records/run-folder.ts';
import { isolationScratch } from './records/scratch.ts';
import type { WorkTree } from './recovery/work-tree.ts';
import type { RemoteTasks, RemoteTasksOptions } from './remote/remote-tasks.ts';
import type { RunFiles } from './run-files.ts';
import type { ServiceHost } from './services/host.ts';
import type { Services } from './services/services.ts';
import type { Bisection } from './validate/bisection.ts';
import type { Fingerprints } from './workspace/fingerprints.ts';
import { reachOf } from './workspace/reach.ts';
import type { ScratchWorkspaces, ScratchWorkspacesOptions } from './workspace/scratch/scratch-workspace.ts';
import { TreeWatch } from './workspace/shared/watch.ts';
import type { IsolatedTree } from './workspace/worktree/isolated-tree.ts';
import type { Isolation } from './workspaces.ts';

/** Where the plan isolates a task. */
export async function isolationFor(
  context: RunContext,
  plan: Plan,
  { repository, home }: WorkTree,
  records: RunFiles,
): Promise<(Isolation & { tree: IsolatedTree }) | undefined> {
  if (repository === undefined || !plan.tasks.some(({ workspace }) => workspace === 'worktree'))
    return undefined;
  const { isolatedTreeIn, isolationIn } = await import('./isolation.ts');
  const tree = isolatedTreeIn(context, repository);
  return { ...(await isolationIn(context, plan, tree, { ...records, home })), tree };
}

/** Where a task is strict. */
export async function scratchFor(
  options: ScratchWorkspacesOptions,
  tasks: readonly Task[],
): Promise<ScratchWorkspaces | undefined> {
  if (!tasks.some(({ strict }) => strict)) return undefined;
  const { ScratchWorkspaces } = await import('./workspace/scratch/scratch-workspace.ts');
  return new ScratchWorkspaces(options);
}

/** Where a task is a service. */
export async function servicesFor(
  context: RunContext,
  tasks: readonly Task[],
  host: ServiceHost | undefined,
): Promise<Services | undefined> {
  if (!tasks.some(({ service }) => service !== undefined)) return undefined;
  const { Services } = await import('./services/services.ts');
  return new Services(context, host);
}

/** Where a task leaves a checkpoint. */
export async function checkpointingFor(
  context: RunContext,
  plan: Plan,
  tasks: readonly Task[],
  { repository }: WorkTree,
): Promise<Checkpointing | undefined> {
  if (plan.strategy.letter !== 'D' && !tasks.some(({ checkpoint }) => checkpoint)) return undefined;
  const { Checkpointing } = await import('./checkpoint/checkpointing.ts');
  return new Checkpointing(context, plan, repository, isolationScratch(context.folder.state));
}

const BOTH: CacheUse = { reads: true, writes: true };

/** Where a task is cached. Looks at the disk meanwhile. */
export async function receiptsFor(
  config: Config,
  repository: Repository | undefined,
  tasks: readonly Task[],
  use = BOTH,
): Promise<Receipts | undefined> {
  if (!tasks.some(({ cache }) => cache.isOn)) return undefined;
  const { openReceipts } = await import('./caching/open-caching.ts');
  return openReceipts(config, repository, tasks, use);
}

/** Where there are receipts. */
export async function cachingFor(
  context: RunContext,
  { receipts, use = BOTH, ...parts }: Omit<Caching, 'use' | 'receipts'> & CachingParts,
): Promise<TaskCaching | undefined> {
  if (receipts === undefined) return undefined;
  const { openCaching } = await import('./caching/open-caching.ts');
  return openCaching(context, { ...parts, receipts, use });
}

/** Where the plan has a task run remotely. */
export async function remoteFor(
  context: RunContext,
  plan: Plan,
  { use = BOTH, ...parts }: RemoteParts,
): Promise<RemoteTasks | undefined> {
  const { config } = context;
  const { remote } = config;
  const tasks = plan.tasks.filter((task) => task.remote);
  if (remote === undefined || tasks.length === 0) return undefined;
  const { RemoteTasks } = await import('./remote/remote-tasks.ts');
  const isolated = tasks.filter(({ workspace }) => workspace === 'worktree');
  return new RemoteTasks(
    { ...context, config: { ...config, remote } },
    {
      ...{ ...parts, reads: use.reads },
      tasks: new Set(tasks.map(({ id }) => id)),
      isolated: new Set(isolated.map(({ id }) => id)),
    },
  );
}

interface RemoteParts extends Omit<RemoteTasksOptions, 'tasks' | 'isolated' | 'reads'> {
  use: CacheUse | undefined;
}

interface CachingParts {
  receipts: Receipts | undefined;
  use: CacheUse | undefined;
}

/** Step by step, the footprint of the files that it depends on, where it depends on some. */
export async function footprintsOf({ root, validate }: Config): Promise<Fingerprints[]> {
  const all = validate.map(({ changed = [] }) => reachOf(root, changed));
  return (await Promise.all(all)).map((reach) => reach.look());
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

/** What is to be remembered once a task has passed. */
export function checkpointOf(
  bisection: Bisection | undefined,
  checkpoints: Checkpointing | undefined,
): ConclusionsOptions['checkpoint'] {
  if (bisection === undefined && checkpoints === undefined) return undefined;
  return async (task, filesChanged) => {
    // Whoever goes on from there starts its services anew.
    if (task.service !== undefined) return;
    await bisection?.add(task, filesChanged);
    await checkpoints?.after(task, filesChanged.length > 0);
  };
}

const isBisected = ({ validate, validation, integrate }: Config): boolean =>
  validation === 'bisect' && validate.length > 0 && integrate !== 'branches';

/** Where all of it may be in the cache. */
export const mayRunNothing = (tasks: readonly Task[]): boolean =>
  tasks.every(({ run, cache }) => cache.isOn || run.length === 0);

/** Only where somebody wants to know, and a task may change what it is not to change. Begins to look at once where something will run. */
export function treeWatchFor(
  config: Config,
  folder: RunFolder,
  plan: Plan,
  tasks: readonly Task[],
  repository: Repository | undefined,
  env: Environment,
): TreeWatch | undefined {
  const hasWorktrees = plan.tasks.some(({ workspace }) => workspace === 'worktree');
  const isWatched = tasks.some(
    ({ run, strays, cache }) => run.length > 0 && (isBisected(config) || cache.isOn || strays !== 'ignore'),
  );
  if (repository === undefined || !isWatched) return undefined;
  const { root } = config;
  const cache = namedFolder(config, env);
  const watch = new TreeWatch({
    ...{ repository, root, scratch: folder.state, tasks: tasks.map(({ id }) => id), hasWorktrees },
    own: cache === undefined ? [] : [relative(root, cache).split(sep).join('/')],
  });
  if (!mayRunNothing(tasks)) watch.look();
  return watch;
}
