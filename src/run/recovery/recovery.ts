// Puts right what a run has left that was killed: its processes, half-done changes of the user's files, worktrees, branches
// and temporary files. Told from the undo log, which is ahead of everything; may itself be killed, and is then done again.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { hasRestarted } from '../../base/liveness.ts';
import { locate, shownPath } from '../../base/raw-path.ts';
import type { Repository } from '../../git/repository.ts';
import { finished } from '../../store/finished.ts';
import { recover } from '../../store/transaction.ts';
import { removeLeftPipes } from '../process/pipes.ts';
import { rememberKept } from '../records/kept-worktrees.ts';
import type { Recovered } from '../records/options.ts';
import { ordinalIn } from '../records/ordinal.ts';
import { runFolderOf } from '../records/run-folder.ts';
import { lastSeen, markedState, markOf } from '../records/run-mark.ts';
import { isolationScratch, remoteScratch } from '../records/scratch.ts';
import { bringBackLogs } from '../records/swept-logs.ts';
import { type Entry, isSettled, readUndoLog, UndoLog } from '../records/undo-log.ts';
import { DamagedImage } from '../workspace/shared/before-images.ts';
import {
  type PutBackFiles,
  SharedTree,
  type TreePlace,
  transactionsFolder,
} from '../workspace/shared/shared-tree.ts';
import { endProcesses } from './leftover-processes.ts';
import { recoverBranch, removeMade } from './repository-recovery.ts';

/** Where runs are marked, and what is there now; a work tree may have been moved since. */
export interface RecoveryPlace {
  home: string;
  /** The top of the repository, or the config's folder where there is none. */
  top: string;
  repository: Repository | undefined;
}

/** Of these runs that were killed in this work tree, as they ran. Whoever calls this holds the lock. */
export async function recoverRuns(place: RecoveryPlace, runs: readonly string[]): Promise<Recovered[]> {
  const found: Recovered[] = [];
  const { home } = place;
  for (const runId of inOrder(runs, (each) => ordinalIn(markedState(home, each) ?? ''))) {
    const recovered = await recoverRun(place, runId);
    if (recovered !== undefined) found.push(recovered);
    rmSync(markOf(home, runId), { force: true });
  }
  removeLeftPipes();
  return found;
}

function inOrder(runs: readonly string[], ordinalOf: (runId: string) => number): string[] {
  const ordinals = new Map(runs.map((runId) => [runId, ordinalOf(runId)]));
  return [...runs].sort((a, b) => (ordinals.get(a) ?? 0) - (ordinals.get(b) ?? 0));
}

/** Undefined where nothing had begun, or all was over and only the mark was left. */
async function recoverRun(
  { home, top, repository }: RecoveryPlace,
  runId: string,
): Promise<Recovered | undefined> {
  const state = markedState(home, runId);
  const undoLog = state === undefined ? [] : readUndoLog(state);
  const begin = undoLog.find((entry) => entry.op === 'begin');
  if (state === undefined || begin === undefined || isSettled(undoLog)) return undefined;
  const root = String(locate(top, begin.prefix));
  const report: Recovered = { runId, restored: [], files: 0, worktrees: 0, processes: 0, problems: [] };
  const hasStopped = hasRestarted(begin.by);
  const ended = await endProcesses(undoLog, runId);
  report.processes = ended.count;
  report.problems.push(...ended.problems);
  for (const entry of undoLog)
    if (entry.op === 'keep-worktree' && existsSync(entry.path)) rememberKept(home, entry);
  const hasMoved = repository !== undefined && (await recoverBranch(repository, undoLog));
  const writer = new UndoLog(state, home);
  try {
    if (hasMoved) writer.write({ op: 'moved' });
    // Whoever has outlived the run may have written to its files all the time: no edit could be told from that.
    const since = ended.count > 0 ? undefined : lastSeen(home, runId, hasStopped);
    const shared = new SharedTree({ root, home, state, top, prefix: begin.prefix }, writer);
    await recoverTree(shared, { since, isUndone: begin.isCommitted && !hasMoved }, report);
    report.problems.push(...(await scratchFoldersLeft(undoLog, runId)));
    if (repository !== undefined) await removeMade(repository, runId, undoLog, report);
    for (const scratch of [isolationScratch(state), remoteScratch(state)])
      rmSync(scratch, { recursive: true, force: true });
    bringBackLogs({ path: runFolderOf(root, runId), state });
    const kept = transactionsFolder(state);
    if (existsSync(kept) && readdirSync(kept).length > 0) report.kept = relative(root, kept);
    writer.writeThrough({ op: 'end' });
  } finally {
    writer.close();
  }
  return report;
}

/** Removes the folders of strict tasks; a sentence for each that stays. */
async function scratchFoldersLeft(undoLog: readonly Entry[], runId: string): Promise<string[]> {
  const paths = undoLog.flatMap((entry) => (entry.op === 'scratch' ? [entry.path] : []));
  if (paths.length === 0) return [];
  const { removeLeftScratch } = await import('../workspace/scratch/scratch-folder.ts');
  const left = [];
  for (const path of new Set(paths)) left.push(await removeLeftScratch(path, runId));
  return left.filter((problem) => problem !== undefined);
}

interface TreeRecovery {
  /** After this moment, in milliseconds, nothing of the run was alive. */
  since: number | undefined;
  /** What was to be committed and was not. */
  isUndone: boolean;
}

async function recoverTree(
  shared: SharedTree,
  { since, isUndone }: TreeRecovery,
  report: Recovered,
): Promise<void> {
  const { state, top }: TreePlace = shared.place;
  const transactions = transactionsFolder(state);
  const rolledBack = await recover(transactions, top);
  report.problems.push(...rolledBack.edited.map((path) => leftAsIs(shownPath(path))));
  // Applied in the moment before the kill, and not written down any more.
  const undoLog = readUndoLog(state);
  const known = new Set(undoLog.flatMap((entry) => (entry.op === 'applied' ? [entry.transaction] : [])));
  for (const { id, note } of finished(transactions)) {
    const task = /^apply (.*)$/s.exec(note)?.[1];
    if (task !== undefined && !known.has(id)) await shared.applied(task, id);
  }
  const putBack = async (work: () => Promise<PutBackFiles>): Promise<boolean> => {
    try {
      const { files, left } = await work();
      report.files += files;
      report.problems.push(...left.map(leftAsIs));
      return true;
    } catch (error) {
      if (!(error instanceof DamagedImage)) throw error;
      report.problems.push(error.message);
      return false;
    }
  };
  for (const { task, writes } of cutOff(undoLog))
    if (await putBack(() => shared.restore({ id: task, writes }, since))) report.restored.push(task);
  const last = undoLog.findLast(({ op }) => op === 'undoing' || op === 'undone')?.op;
  const isToBe = isUndone || undoLog.some(({ op }) => op === 'aborting');
  if (last === 'undoing' || (isToBe && last === undefined)) await putBack(() => shared.restoreAll());
}

const leftAsIs = (path: string): string => `${path} was edited meanwhile and is left as it is`;

/** Shared tasks that had begun and were not over. */
function cutOff(undoLog: readonly Entry[]): { task: string; writes: string[] }[] {
  const open = new Map<string, { task: string; writes: string[] }>();
  for (const entry of undoLog) {
    if (entry.op === 'begun' && entry.hasImage) open.set(entry.task, entry);
    if (entry.op === 'kept' || entry.op === 'restored') open.delete(entry.task);
  }
  return [...open.values()];
}
