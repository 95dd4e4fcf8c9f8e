// What came of the tasks' results: which are in the shared tree, which did not fit, what was removed.

import type { Cleanup, Integration } from '../model/report.ts';
import type { RunState } from '../state/run-state.ts';
import { rolledBackFor } from '../state/task-facts.ts';

export function integrationOf(state: RunState): Integration {
  const { started, tasks, finished, cleaned } = state;
  const denied = tasks.flatMap((task) => (task.denied === undefined ? [] : [{ ...task, why: task.denied }]));
  // A task ends when it is integrated, so the order in which tasks ended is the order of integration.
  const merged = finished.filter(
    (task) =>
      task.workspace === 'worktree' && task.status === 'passed' && rolledBackFor(state, task) === undefined,
  );
  return {
    mode: started.integrate,
    // With `branches` no result comes into the shared tree.
    merged: started.integrate === 'branches' ? [] : merged.map(({ id }) => id),
    conflicts: state.events.flatMap((event) => (event.type === 'task-collided' ? event.conflicts : [])),
    ...(denied[0] && { notIsolated: { tasks: denied.map(({ id }) => id), reason: denied[0].why } }),
    ...(cleaned?.uncommitted !== undefined && { uncommitted: cleaned.uncommitted }),
  };
}

export function cleanupOf({ cleaned }: RunState): Cleanup {
  const { worktrees, branches, kept, keptWorktrees, problems } = cleaned ?? NOTHING;
  return { worktrees, branches, kept, ...(keptWorktrees && { keptWorktrees }), problems };
}

const NOTHING: Cleanup = { worktrees: 0, branches: 0, kept: [], problems: [] };
