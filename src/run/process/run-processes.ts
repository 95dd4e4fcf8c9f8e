// What still lives of a run that was killed, found by what its undo log says and, on Linux, by what the environment of every
// process tells. Ends nothing.

import { hasProc, processStart } from '../../base/liveness.ts';
import { groupBy, isGroupAlive, liveProcesses, stackOf } from './process-table.ts';

/** Whether a process is of a run, or of one that a task of it has called. */
const isOfRun = (pid: number, runId: string): boolean =>
  stackOf(pid)
    .split(':')
    .some((each) => each.startsWith(`${runId}/`));

/** The sessions, by their leaders, with a process in them that is of this run and began at that moment or later. */
export function sessionsSince(moment: number, runId: string): number[] {
  if (!hasProc) return [];
  // Clocks are rounded, each in its own way.
  const found = liveProcesses().filter(
    ({ pid, started = 0 }) => started >= moment - 2 && isOfRun(pid, runId),
  );
  const sessions = new Set(found.map(({ session }) => session as number));
  return [...sessions].filter((leader) => processStart(leader) === undefined || isOfRun(leader, runId));
}

/**
 * Those of a run's groups of which something still lives, and the groups of runs that its tasks have called. A group's
 * number may by now be somebody else's: its leader must be the one that began then, or, when that is gone, what is left
 * must be of the run.
 */
export function stillAlive(groups: readonly { pid: number; started: string }[], runId: string): number[] {
  if (!hasProc)
    return groups.flatMap(({ pid, started }) =>
      isGroupAlive(pid) && (processStart(pid) ?? started) === started ? [pid] : [],
    );
  const all = liveProcesses();
  const bySession = groupBy(all, 'session');
  const own = groups.flatMap(({ pid, started }) => {
    const members = bySession.get(pid) ?? [];
    const leader = members.find((each) => each.pid === pid);
    const isOurs =
      leader === undefined
        ? members.some((each) => isOfRun(each.pid, runId))
        : String(leader.started) === started;
    return isOurs ? [pid] : [];
  });
  const isCalled = new RegExp(`(^|:)${runId}/[^:]*:`);
  const called = all.filter(({ pid }) => isCalled.test(stackOf(pid))).map(({ group }) => group);
  return [...new Set([...own, ...called])];
}

/** Of commands that were in the group of ptask itself, the processes that still live, each by itself. */
export function rawStillAlive(
  commands: readonly { pid: number; started: string; session?: number }[],
  runId: string,
): number[] {
  if (!hasProc) return commands.flatMap(({ pid, started }) => (processStart(pid) === started ? [pid] : []));
  const sessions = new Set(commands.map(({ session }) => session));
  return liveProcesses().flatMap(({ pid, session }) =>
    sessions.has(session) && isOfRun(pid, runId) ? [pid] : [],
  );
}

/**
 * The groups with a process in them that is of this run, by what their environments tell: for a run whose own numbers mean
 * nothing here, as those from within a container.
 */
export const groupsMarked = (runId: string): number[] =>
  hasProc
    ? [...new Set(liveProcesses().flatMap(({ pid, group }) => (isOfRun(pid, runId) ? [group] : [])))]
    : [];
