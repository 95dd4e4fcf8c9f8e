// A run from its plan to its last event: has the work tree to itself, opens the records, and closes all that it has opened, however the run
// ends.

import { hasProc, processStart } from '../base/liveness.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { step } from '../base/trace.ts';
import type { Receipts } from '../cache/receipts.ts';
import type { Config, Task } from '../config/config.ts';
import { endSessions } from '../git/session.ts';
import type { Plan } from '../model/plan.ts';
import { mayRunNothing, receiptsFor, treeWatchFor } from './components.ts';
import { configIdentity, configsAround, startedWithin } from './enclosing-run.ts';
import { givenEnvironment } from './given-environment.ts';
import { heardByMany } from './interruption.ts';
import { heldBy, inHook, whyNotBegun } from './not-begun.ts';
import { graceIn } from './process/environment.ts';
import { openPipes } from './process/pipes.ts';
import { findMissingPrograms } from './process/preflight.ts';
import { Processes } from './process/process.ts';
import { ownSession, sinceBoot } from './process/process-table.ts';
import { type PlanRunOptions, runRecorded } from './recorded-run.ts';
import { trackedAmongOurs } from './records/foreign-files.ts';
import {
  bestEffort,
  createRunFolder,
  ensureFolderOf,
  numberRun,
  type RunFolder,
  removeRun,
} from './records/run-folder.ts';
import { enterWorkTree, type WorkTree } from './recovery/work-tree.ts';
import { openRunFiles, type RunFiles } from './run-files.ts';
import type { TreeWatch } from './workspace/shared/watch.ts';

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
  const { settings, dotenv } = given.value;
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
  // Where commands go by way of shells, the first of these makes them.
  const closePipes = openPipes(!mayStay && !hasProc);
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
    const recording = {
      folder,
      env,
      outer,
      dotenv,
      settings,
      options,
      records,
      workTree,
      processes,
      watch,
      receipts,
    };
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
