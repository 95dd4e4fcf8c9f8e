// What came of the tasks' results: which are in the shared tree, which did not fit, what was put back and removed.

import type { Cleanup, Integration, Report, TaskReport } from '../model/report.ts';
import type { Seen } from './seen.ts';

/** A task ends when it is integrated, so the order in which tasks ended is the order of integration. */
export function integrationOf(seen: Seen): Integration {
  const { plan, integrate } = seen.run;
  const isolated = new Set(
    plan.tasks.filter(({ workspace }) => workspace === 'worktree').map(({ id }) => id),
  );
  const passed = [...seen.results.values()].filter(({ status }) => status === 'passed').map(({ id }) => id);
  const stays = (id: string): boolean => isolated.has(id) && undoneBy(seen, id) === undefined;
  return {
    mode: integrate,
    // With `branches` no result comes into the shared tree.
    merged: integrate === 'branches' ? [] : passed.filter(stays),
    conflicts: seen.collisions.flatMap(({ conflicts }) => conflicts),
    ...notIsolated(seen),
    ...(seen.cleaned?.uncommitted !== undefined && { uncommitted: seen.cleaned.uncommitted }),
  };
}

function notIsolated({ denied }: Seen): Pick<Integration, 'notIsolated'> {
  const [reason] = denied.values();
  return reason === undefined ? {} : { notIsolated: { tasks: [...denied.keys()], reason } };
}

/** What becomes of a task that had passed when the tree was put back as it was before it; undefined where it was not. */
export function undoneBy(
  seen: Seen,
  id: string,
): Pick<TaskReport, 'status' | 'reason' | 'because'> | undefined {
  const culprit = seen.stopping?.task ?? (seen.interrupted ? undefined : seen.firstFailure);
  if (culprit === undefined || !seen.restored?.tasks.has(id)) return undefined;
  if (seen.results.get(id)?.status !== 'passed') return undefined;
  return { status: 'rolled-back', reason: `put back since ${culprit} failed`, because: culprit };
}

export function restoredOf({ restored }: Seen): Pick<Report, 'restored'> {
  return restored ? { restored: { files: restored.files, left: [...restored.left] } } : {};
}

export function cleanupOf({ cleaned }: Seen): Cleanup {
  const { worktrees, branches, kept, keptWorktrees, problems } = cleaned ?? NOTHING;
  return { worktrees, branches, kept, ...(keptWorktrees && { keptWorktrees }), problems };
}

const NOTHING: Cleanup = { worktrees: 0, branches: 0, kept: [], problems: [] };
