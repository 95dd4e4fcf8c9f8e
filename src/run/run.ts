// A run from its plan to its last event: has the work tree to itself, opens the records, lets the tasks run, and brings
// the tree and the repository to where they belong.

import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { processStart } from '../base/liveness.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { step, traced } from '../base/trace.ts';
import type { Receipts } from '../cache/receipts.ts';
import type { Config, Task } from '../config/config.ts';
import type { Repository } from '../git/repository.ts';
import { endSessions } from '../git/session.ts';
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
  mayRunNothing,
  receiptsFor,
  scratchFor,
  servicesFor,
  treeWatchFor,
} from './components.ts';
import { configIdentity, configsAround, startedWithin } from './enclosing-run.ts';
import { finishRun } from './finalize.ts';
import { givenEnvironment } from './given-environment.ts';
import { hookVariables, indexVariables } from './hook.ts';
import { Interruption } from './interruption.ts';
import { IsolationTally } from './isolation-tally.ts';
import { runTasks } from './loop.ts';
import { maskerFor } from './masking/masking.ts';
import { heldBy, inHook, whyNotBegun } from './not-begun.ts';
import { type Environment, graceIn, withGrace } from './process/environment.ts';
import { openPipes } from './process/pipes.ts';
import { findMissingPrograms } from './process/preflight.ts';
import { Processes } from './process/process.ts';
import { ownSession, sinceBoot } from './process/process-table.ts';
import type { Settings } from './process/strict-environment.ts';
import type { OwnRunOptions, RunContext } from './records/context.ts';
import { EventSink } from './records/event-sink.ts';
import { trackedAmongOurs } from './records/foreign-files.ts';
import {
  bestEffort,
  createRunFolder,
  ensureFolderOf,
  numberRun,
  type RunFolder,
  removeRun,
} from './records/run-folder.ts';
import { isolationScratch } from './records/scratch.ts';
import { bringBackLogs } from './records/swept-logs.ts';
import { readUndoLog } from './records/undo-log.ts';
import { prune } from './recovery/prune.ts';
import { enterWorkTree, type WorkTree } from './recovery/work-tree.ts';
import { openRunFiles, type RunFiles } from './run-files.ts';
import type { ServiceHost } from './services/host.ts';
import { TaskRunner } from './task-runner.ts';
import { SharedWorkspaces } from './workspace/shared/shared-workspace.ts';
import type { TreeWatch } from './workspace/shared/watch.ts';

/** Tasks that may run at once. */
export function slots(concurrency: Config['concurrency']): number {
  if (concurrency.kind === 'count') return concurrency.count;
  const cores = availableParallelism();
  return concurrency.kind === 'auto' ? cores : Math.max(1, Math.floor((cores * concurrency.percent) / 100));
}

export interface PlanRunOptions extends OwnRunOptions {
  /** Where services live that outlive this run. Without it they end with it. */
  services?: ServiceHost | undefined;
}

export interface RunOutcome {
  folder: RunFolder;
  /** Whether something of the user's may have been changed. */
  mayHaveChanged: boolean;
  /** What went wrong beside the tasks, as sentences: a journal that could not be written, say. */
  warnings: string[];
}

/**
 * Runs a plan of this config. Fails only before anything has run; how the tasks did is in the events. Rejects with what
 * `onEvent` threw, once the tasks have been stopped.
 */
export async function runPlan(
  config: Config,
  plan: Plan,
  options: PlanRunOptions = {},
): Promise<Result<RunOutcome>> {
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const tasks = plan.tasks.map(({ id }) => byId.get(id) as Task);
  const outer = options.env ?? process.env;
  const within = startedWithin(config, outer);
  if (within !== undefined) return fail(within);
  const given = await givenEnvironment(config, tasks, outer, options.color ?? false);
  if (!given.ok) return given;
  const { settings } = given.value;
  const env = { ...given.value.env, PTASK_CONFIGS: configsAround(config, outer) };
  if (config.integrate === 'merge' && outer.GIT_INDEX_FILE !== undefined) return fail(inHook);
  const missing = await findMissingPrograms(config, plan, tasks, env);
  if (missing.length > 0) return fail(...missing);

  const foreign = await trackedAmongOurs(config.root);
  if (foreign !== undefined) return fail(foreign);

  const begun = step('phase', 'begin the run');
  let watch: TreeWatch | undefined;
  let folder: RunFolder | undefined;
  let workTree: WorkTree | undefined;
  let receipts: Receipts | undefined;
  let records: RunFiles;
  let opened: RunFiles | undefined;
  // Where all is as it was nothing is to be got ready for.
  const mayStay = mayRunNothing(tasks) && options.resume !== true;
  const changesFiles = mayChangeFiles(config, plan, tasks) || options.resume === true;
  try {
    folder = createRunFolder(config.root);
    const { onWait, signal } = options;
    const entered = await enterWorkTree(config.root, {
      ...{ what: folder.id, config: configIdentity(config), onWait, signal, env: outer },
    });
    if (!entered.ok) {
      removeRun(folder);
      return fail(heldBy(entered));
    }
    workTree = entered.workTree;
    // It asks git, which works while we go on.
    watch = treeWatchFor(config, folder, plan, tasks, workTree.repository, outer);
    receipts = await receiptsFor(config, workTree.repository, tasks, options.cache);
    for (const recovered of workTree.recovered) options.onRecovered?.(recovered);
    // A task of the run that was waited for may have swept it away.
    ensureFolderOf(folder.journal);
    numberRun(config.root, folder);
    records = openRunFiles(config, folder, workTree, changesFiles);
    opened = records;
    if (!mayStay || hasWorktrees(plan)) await records.durable();
  } catch (error) {
    opened?.close();
    watch?.close();
    workTree?.release();
    const made = folder;
    if (made) bestEffort('', () => removeRun(made));
    return fail(whyNotBegun(error));
  }
  begun();
  const closePipes = openPipes(!mayStay);
  const { undoLog } = records;
  const onGroup = () => {
    undoLog.write({ op: 'start', at: sinceBoot() });
    return (pid: number) => undoLog.write({ op: 'group', pid, started: processStart(pid) ?? '' });
  };
  const processes = new Processes({
    kill: heardByMany(options.kill),
    graceMs: options.graceMs ?? graceIn(env),
    onGroup,
    onRaw: (pid) => undoLog.write({ op: 'raw', pid, started: processStart(pid) ?? '', ...ownSession() }),
  });
  options.services?.enter(onGroup);
  try {
    const recording = { folder, env, settings, options, records, workTree, processes, watch, receipts };
    const warnings = await runRecorded(config, plan, tasks, recording);
    records.close();
    return ok({ folder, warnings, mayHaveChanged: records.mayHaveChanged });
  } catch (error) {
    records.close();
    // What still cannot be put right is for the next command: the mark of the run is left then.
    const recovered = await workTree.recoverOwn(folder.id).catch(() => []);
    for (const each of recovered) options.onRecovered?.(each);
    throw error;
  } finally {
    options.services?.leave();
    processes.close();
    watch?.close();
    closePipes();
    await endSessions();
    workTree.release();
  }
}

/** Whether something may come to be put back, or made elsewhere. */
const mayChangeFiles = ({ validation }: Config, plan: Plan, tasks: readonly Task[]): boolean =>
  validation === 'bisect' || tasks.some(({ writes }) => writes.length > 0) || hasWorktrees(plan);

const hasWorktrees = (plan: Plan): boolean => plan.tasks.some(({ workspace }) => workspace === 'worktree');

interface Recording {
  folder: RunFolder;
  env: Environment;
  settings: Settings;
  options: PlanRunOptions;
  records: RunFiles;
  workTree: WorkTree;
  processes: Processes;
  watch: TreeWatch | undefined;
  receipts: Receipts | undefined;
}

async function runRecorded(
  config: Config,
  plan: Plan,
  tasks: readonly Task[],
  { folder, env, settings, options, records, workTree, processes, watch, receipts }: Recording,
): Promise<string[]> {
  const { journal, undoLog, shared, durable } = records;
  shared.onPutBack = (paths) => watch?.changed(paths);
  const abort = new AbortController();
  const masker = maskerFor(config, env);
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
  const caching = await cachingFor(context, { shared, briefings, receipts, watch, use: options.cache });
  const runner = new TaskRunner(context, {
    ...{ plan, briefings, shared: workspaces, scratch, isolation, watch, caching, onFailure, ask, durable },
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
      ...{ outcome, validation, bisection, shared, isolation, watch, caching, tasks: tasks.length },
    }),
  );
  release();
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
  const problems = [sink.failure, unpruned, checkpoints?.problem, caching?.problem];
  return [...left, ...problems].filter((warning) => warning !== undefined);
}

/** What a git that failed has kept the run from removing, and still cannot be. */
async function leftBehind(repository: Repository | undefined, { id, state }: RunFolder): Promise<string[]> {
  const { removeLeftBehind } = await import('./recovery/repository-recovery.ts');
  return removeLeftBehind(repository, id, readUndoLog(state));
}

/** Every command that runs listens to it, and Node takes more than ten listeners for a mistake. */
function heardByMany(...signals: (AbortSignal | undefined)[]): AbortSignal {
  const any = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  setMaxListeners(0, any);
  return any;
}
