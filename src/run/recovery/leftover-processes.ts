// The processes of a run that was killed: a task that was left alone would go on writing files.

import { elapsed } from '../../base/elapsed.ts';
import { isOfThisPlace, processWord } from '../../base/liveness.ts';
import { GIT_OWNER } from '../../git/git.ts';
import { Family } from '../process/family.ts';
import { processesWith, signalProcess } from '../process/process-table.ts';
import { groupsMarked, rawStillAlive, sessionsSince, stillAlive } from '../process/run-processes.ts';
import type { Entry } from '../records/undo-log.ts';

/** How long, in milliseconds, what was killed may take to be gone. */
const PATIENCE = 2_000;

/** Kills what is left of the run's process groups, and nothing else. */
export async function endProcesses(
  undoLog: readonly Entry[],
  runId: string,
): Promise<{ count: number; problems: string[] }> {
  const groups = groupsOf(undoLog, runId);
  const families = groups.map((group) => new Family(group));
  for (const family of families) family.kill();
  const atTerminal = rawOf(undoLog, runId);
  for (const pid of atTerminal) signalProcess(pid, 'SIGKILL');
  const deadline = elapsed() + PATIENCE;
  while (families.some((family) => family.isAlive()) && elapsed() < deadline)
    await new Promise((done) => setTimeout(done, 10));
  await endGit(undoLog, deadline);
  const left = groups.filter((_, index) => families[index]?.isAlive());
  return {
    count: groups.length + Math.min(1, atTerminal.length),
    problems: left.map((pid) => `process group ${pid} of it does not end and may go on writing files`),
  };
}

/** A git that was at work goes on without us. Asked to end it takes its locks away, so it is not killed at once. */
async function endGit(undoLog: readonly Entry[], deadline: number): Promise<void> {
  const owners = new Set(begins(undoLog).map(({ by }) => `${GIT_OWNER}=${processWord(by)}`));
  for (let isAsked = false; ; isAsked = true) {
    const left = [...owners].flatMap((owner) => processesWith(owner));
    if (left.length === 0) return;
    const isLate = elapsed() > deadline;
    for (const pid of left) if (!isAsked || isLate) signalProcess(pid, isLate ? 'SIGKILL' : 'SIGTERM');
    if (isLate) return;
    await new Promise((done) => setTimeout(done, 10));
  }
}

const begins = (undoLog: readonly Entry[]) =>
  undoLog.flatMap((entry) => (entry.op === 'begin' ? [entry] : []));

/** What is left of a raw task. It was in the group of ptask itself, in which others may be as well. */
function rawOf(undoLog: readonly Entry[], runId: string): number[] {
  const raw = undoLog.flatMap((entry) => (entry.op === 'raw' ? [entry] : []));
  return raw.length === 0 ? [] : rawStillAlive(raw, runId);
}

/** One that was started in the very moment of the kill was not written down; on Linux its environment tells it. */
function groupsOf(undoLog: readonly Entry[], runId: string): number[] {
  if (!begins(undoLog).every(({ by }) => isOfThisPlace(by))) return groupsMarked(runId);
  const started = undoLog.flatMap((entry) => (entry.op === 'group' ? [entry] : []));
  const groups = stillAlive(started, runId);
  const last = undoLog.findLast(({ op }) => op === 'start' || op === 'group');
  if (last?.op !== 'start') return groups;
  const known = new Set(started.map(({ pid }) => pid));
  return [...groups, ...sessionsSince(last.at, runId).filter((session) => !known.has(session))];
}
