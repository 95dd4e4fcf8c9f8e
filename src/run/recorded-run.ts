// A run whose records are open: lets the tasks run, and brings the tree and the repository to where they belong.

import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { traced } from '../base/trace.ts';
import type { Receipts } from '../cache/receipts.ts';
import type { Config, Task } from '../config/config.ts';
import type { Repository } from '../git/repository.ts';
import type { Plan } from '../model/plan.ts';
import { rememberDurations, rememberedDurations } from '../plan/durations.ts';
import { rememberIsolation } from '../plan/isolation-memory.ts';
import { Briefings } from './agents/prompt-context.ts';
import { announce, doneBefore, resumeLast, tellInterrupt } from './announcement.ts';
import {
  bisectionFor,
  cachingFor,
  checkpointingFor,
  checkpointOf,
  footprintsOf,
  isolationFor,
  remoteFor,
  scratchFor,
  servicesFor,
} from './components.ts';
import { finishRun } from './finalize.ts';
import { hookVariables, indexVariables } from './hook.ts';
import { heardByMany, Interruption } from './interruption.ts';
import { IsolationTally } from './isolation-tally.ts';
import { runTasks } from './loop.ts';
import { maskerFor } from './masking/masking.ts';
import { secretsOfServers } from './masking/server-secrets.ts';
import { type Environment, graceIn, withGrace } from './process/environment.ts';
import type { Processes } from './process/process.ts';
import type { Settings } from './process/strict-environment.ts';
import type { OwnRunOptions, RunContext } from './records/context.ts';
import { EventSink } from './records/event-sink.ts';
import { bestEffort, type RunFolder } from './records/run-folder.ts';
import { isolationScratch } from './records/scratch.ts';
import { bringBackLogs } from './records/swept-logs.ts';
import { readUndoLog } from './records/undo-log.ts';
import { prune } from './recovery/prune.ts';
import type { WorkTree } from './recovery/work-tree.ts';
import type { RunFiles } from './run-files.ts';
import type { ServiceHost } from './services/host.ts';
import { TaskRunner } from './task-runner.ts';
import { SharedWorkspaces } from './workspace/shared/shared-workspace.ts';
import type { TreeWatch } from './workspace/shared/watch.ts';

export interface PlanRunOptions extends OwnRunOptions {
  /** Where services live that outlive this run. Without it they end with it. */
  services?: ServiceHost | undefined;
}

/** Tasks that may run at once. */
function slots(concurrency: Config['concurrency']): number {
  if (concurrency.kind === 'count') return concurrency.count;
  const cores = availableParallelism();
  return concurrency.kind === 'auto' ? cores : Math.max(1, Math.floor((cores * concurrency.percent) / 100));
}

export interface Recording {
  folder: RunFolder;
  env: Environment;
  /** See `RunContext`. */
  outer: Environment;
  dotenv: Environment;
  settings: Settings;
  options: PlanRunOptions;
  records: RunFiles;
  workTree: WorkTree;
  processes: Processes;
  watch: TreeWatch | undefined;
  receipts: Receipts | undefined;
}

export async function runRecorded(
  config: Config,
  plan: Plan,
  tasks: readonly Task[],
  { folder, env, outer, dotenv, settings, options, records, workTree, processes, watch, receipts }: Recording,
): Promise<string[]> {
  const { journal, undoLog, shared, durable } = records;
  shared.onPutBack = (paths) => watch?.changed(paths);
  const abort = new AbortController();
  const masker = maskerFor(config, env, secretsOfServers(config, outer, dotenv));
  const isolated = new IsolationTally();
  const sink = new EventSink({ journal, undoLog, onEvent: options.onEvent, abort, masker });
  const graceMs = options.graceMs ?? graceIn(env);
  const interruption = new Interruption(options.signal);
  const stop = heardByMany(abort.signal, interruption.signal);
  const own = withGrace({ ...env, ...(options.hook && hookVariables(options.hook, folder)) }, graceMs);
  const context: RunContext = {
    config,
    folder,
    env: own,
    sharedEnv: { ...own, ...indexVariables(workTree.repository) },
    outer,
    dotenv,
    settings,
    masker,
    emit(news) {
      sink.emit(news);
      isolated.hear(news);
    },
    together: (work) => sink.together(work),
    whyStopped: () => sink.failure ?? 'the run was interrupted',
    stop,
    waiting: { signal: stop, onWait: options.onDelay },
    columns: options.columns,
    lendTerminal: options.lendTerminal,
    executor: processes,
    tracer: options.tracer,
  };
  const expected = rememberedDurations(config.root);
  const concurrency = slots(options.concurrency ?? config.concurrency);
  const resumed = options.resume ? await resumeLast(context, plan, tasks, shared) : undefined;
  // What it has changed may have been looked at before.
  if (resumed !== undefined) receipts?.outdated();
  announce(context, plan, { concurrency, expected, resumed });
  const release = tellInterrupt(context, interruption.signal);

  const isolation = await isolationFor(context, plan, workTree, records);
  const before = await footprintsOf(config);
  const { onFailure, ask } = options;
  const checkpoints = await checkpointingFor(context, plan, tasks, workTree);
  const bisection = await bisectionFor(context, plan, tasks, records, workTree);
  const onOver = (task: string, paths: readonly string[]): void =>
    isolation?.tree.sharedTaskOver(task, paths);
  const workspaces = new SharedWorkspaces({ root: config.root, folder, tree: shared, watch, onOver });
  const scratch = await scratchFor({ config, folder, tree: shared, undoLog, watch, onOver }, tasks);
  const briefings = new Briefings(context, plan);
  const { repository } = workTree;
  const caching = await cachingFor(context, {
    ...{ shared, repository, briefings, receipts, watch, use: options.cache },
  });
  const place = { tree: shared, watch, onOver, caching, isolation: isolation?.tree, use: options.cache };
  const remote = await remoteFor(context, plan, place);
  const runner = new TaskRunner(context, {
    ...{
      plan,
      briefings,
      shared: workspaces,
      scratch,
      isolation,
      watch,
      caching,
      onFailure,
      ask,
      durable,
      remote,
    },
    services: await servicesFor(context, tasks, options.services),
    onAbort: () => shared.aborting(),
    done: doneBefore(resumed),
    doneIn: resumed?.run,
    checkpoint: checkpointOf(bisection, checkpoints),
  });
  const areKept = options.services !== undefined;
  const loop = { concurrency, expected, abort, runner, areKept, interruption };
  const outcome = await traced('phase', 'run the tasks', () => runTasks(context, tasks, plan, loop));
  runner.close();
  const validation = { before, concurrency };
  await traced('phase', 'finish the run', () =>
    finishRun(context, {
      ...{ outcome, validation, bisection, shared, isolation, watch, caching, tasks },
    }),
  );
  await remote?.end();
  // Who asks for the end from here on takes nothing from the run: it ends what is on its way to another machine.
  release();
  await caching?.close();
  interruption.close();
  rmSync(isolationScratch(folder.state), { recursive: true, force: true });
  const left =
    isolation === undefined && bisection === undefined ? [] : await leftBehind(workTree.repository, folder);
  left.push(...((await scratch?.end()) ?? []));
  context.emit({ type: 'run-finished' });
  journal.close();
  bringBackLogs(folder);
  records.settle();
  if (sink.thrown !== undefined) throw sink.thrown.error;
  rememberDurations(config.root, outcome.measured);
  rememberIsolation(config.root, isolated.outcome());
  shared.remember();
  const { isNested, home } = workTree;
  const unpruned = bestEffort('old runs cannot be removed', () => {
    if (!isNested) prune(config.root, home, folder.id);
  });
  const problems = [sink.failure, unpruned, checkpoints?.problem, ...(caching?.problems ?? [])];
  return [...left, ...problems].filter((warning) => warning !== undefined);
}

/** What a git that failed has kept the run from removing, and still cannot be. */
async function leftBehind(repository: Repository | undefined, { id, state }: RunFolder): Promise<string[]> {
  const { removeLeftBehind } = await import('./recovery/repository-recovery.ts');
  return removeLeftBehind(repository, id, readUndoLog(state));
}
