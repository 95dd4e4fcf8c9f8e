// Going on from an earlier run: what it left half-done is put back, and what is still done is not run again.

import { shownPath } from '../../base/raw-path.ts';
import type { Task } from '../../config/config.ts';
import type { Plan } from '../../model/plan.ts';
import { reachOf } from '../../plan/reach.ts';
import { StatCache } from '../../store/stat-cache.ts';
import { Transactions } from '../../store/transaction.ts';
import { Surroundings } from '../caching/surroundings.ts';
import type { RunContext } from '../records/context.ts';
import { listRuns, type RunFolder } from '../records/run-folder.ts';
import { blobStoreOf } from '../records/state-dir.ts';
import { type Entry, readUndoLog } from '../records/undo-log.ts';
import { putBack } from '../workspace/shared/put-back.ts';
import { type SharedTree, transactionsFolder } from '../workspace/shared/shared-tree.ts';
import { type Checkpoint, observe, readCheckpoint } from './checkpoints.ts';
import { type Decision, decideResume } from './resume.ts';

export interface Resumed {
  run: RunFolder;
  decisions: Decision[];
}

/** The last run that is over and has not been undone. */
export function runToResume(root: string, current: string): RunFolder | undefined {
  return listRuns(root)
    .reverse()
    .find(({ id, state }) => {
      const undoLog = readUndoLog(state);
      return id !== current && undoLog.length > 0 && !undoLog.some(({ op }) => op === 'undone');
    });
}

/** Changes the shared tree as far as the earlier run has left something half-done there that nobody has edited since. */
export async function resume(
  context: RunContext,
  plan: Plan,
  tasks: readonly Task[],
  run: RunFolder,
  shared: SharedTree,
): Promise<Resumed> {
  const undoLog = readUndoLog(run.state);
  const earlier = new Map(
    undoLog.flatMap((entry) => (entry.op === 'over' ? [[entry.task, entry.status]] : [])),
  );
  await putBackFailed(undoLog, earlier, run, shared);

  const { root } = context.config;
  const checkpoints = new Map<string, Checkpoint>();
  for (const [id, status] of earlier) {
    const checkpoint = status === 'passed' ? readCheckpoint(run.state, id) : undefined;
    if (checkpoint !== undefined) checkpoints.set(id, checkpoint);
  }
  const candidates = tasks.filter(({ id }) => checkpoints.has(id));
  const globs = {
    reads: [...new Set(candidates.flatMap(({ reads }) => onlyIncludes(reads)))],
    writes: [...new Set(candidates.flatMap(({ writes }) => onlyIncludes(writes)))],
  };
  const statCache = new StatCache(root);
  const surroundings = new Surroundings(context, statCache);
  const fingerprints = new Map<string, string>();
  for (const task of candidates) {
    const about = await surroundings.of(task);
    if (about.ok) fingerprints.set(task.id, about.fingerprint);
  }
  const decisions = decideResume({
    tasks: inOrder(tasks, plan),
    edges: plan.edges,
    earlier,
    checkpoints,
    reachOf: (globs) => reachOf(root, globs),
    fingerprintOf: ({ id }) => fingerprints.get(id) ?? '',
    now: await observe(root, globs, statCache),
  });
  return { run, decisions };
}

/** An exclude of one list is none of another. */
const onlyIncludes = (globs: readonly string[]): string[] => globs.filter((glob) => !glob.startsWith('!'));

async function putBackFailed(
  undoLog: readonly Entry[],
  earlier: ReadonlyMap<string, string>,
  run: RunFolder,
  shared: SharedTree,
): Promise<void> {
  const failed = undoLog.filter(
    (entry) => entry.op === 'begin' || (entry.op === 'kept' && earlier.get(entry.task) !== 'passed'),
  );
  const { top } = shared.place;
  const objects = blobStoreOf(shared.place.root);
  const transactions = new Transactions(transactionsFolder(run.state), top, objects);
  const { changes, edited } = await putBack(failed, run.state, transactions);
  const untouched = changes.filter(({ path }) => !edited.includes(shownPath(path)));
  await shared.replace(untouched, `what ${run.id} has left half-done`);
}

/** By phase: whoever stands on another comes after it. */
function inOrder(tasks: readonly Task[], plan: Plan): Task[] {
  const phases = new Map(plan.tasks.map(({ id, phase }) => [id, phase]));
  return [...tasks].sort((a, b) => (phases.get(a.id) ?? 0) - (phases.get(b.id) ?? 0));
}
