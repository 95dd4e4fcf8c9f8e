// What a killed run has left in the repository: a branch that was about to move, worktrees and branches of its own.

import { existsSync } from 'node:fs';
import { finishMove } from '../../git/branch.ts';
import { releaseHolds } from '../../git/holds.ts';
import { freeLock, type PtaskWorktree, removePtaskWorktree } from '../../git/ptask-worktree.ts';
import type { Repository } from '../../git/repository.ts';
import type { Recovered } from '../records/options.ts';
import type { Entry } from '../records/undo-log.ts';

/** Whether the branch is where the run was to bring it. */
export async function recoverBranch(repository: Repository, undoLog: readonly Entry[]): Promise<boolean> {
  if (undoLog.some(({ op }) => op === 'moved')) return true;
  const moving = undoLog.findLast((entry) => entry.op === 'moving');
  return finishMove(repository, moving);
}

/** Removes the worktrees and branches that it had made, but for those that were to be kept, and lets go of the objects. */
export async function removeMade(
  repository: Repository,
  runId: string,
  undoLog: readonly Entry[],
  report: Pick<Recovered, 'worktrees' | 'problems'>,
): Promise<void> {
  const kept = new Set(undoLog.flatMap((entry) => (entry.op === 'keep' ? [entry.branch] : [])));
  const made = new Map<string, PtaskWorktree>();
  for (const entry of undoLog) {
    const key = (owned: PtaskWorktree): string => `${owned.path}\0${owned.branch}`;
    if (entry.op === 'make') made.set(key(entry), entry);
    if (entry.op === 'gone' || entry.op === 'keep-worktree') made.delete(key(entry));
  }
  freeLock(repository);
  const folders = new Set<string>();
  for (const owned of made.values()) {
    if (existsSync(owned.path)) folders.add(owned.path);
    report.problems.push(
      ...(await removePtaskWorktree(repository, owned, { keepBranch: kept.has(owned.branch) })),
    );
  }
  report.worktrees = folders.size;
  const problem = await releaseHolds(repository, runId).catch((error: Error) => error.message);
  if (problem !== undefined) report.problems.push(`refs below refs/ptask/${runId} were left: ${problem}`);
}

/** At the end of a run: what a git that failed has kept it from removing. What still cannot be comes back, a sentence each. */
export async function removeLeftBehind(
  repository: Repository | undefined,
  runId: string,
  undoLog: readonly Entry[],
): Promise<string[]> {
  const report = { worktrees: 0, problems: [] };
  if (repository !== undefined) await removeMade(repository, runId, undoLog, report);
  return report.problems;
}
