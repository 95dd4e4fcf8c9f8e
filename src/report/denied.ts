// A plan as it could be carried out: tasks that were denied a worktree have worked in the shared tree.

import type { RunStarted } from '../model/event.ts';

/** After the name of the task. */
export const deniedWorktree = (reason: string, spell: (text: string) => string = (text) => text): string =>
  `takes turns in the shared tree, since no worktree could be made: ${spell(reason)}`;

export function withoutWorktree(run: RunStarted, id: string): RunStarted {
  const tasks = run.plan.tasks.map((task) =>
    task.id === id ? { ...task, workspace: 'shared' as const } : task,
  );
  return { ...run, plan: { ...run.plan, tasks } };
}
