// Results that did not fit together, as a reader wants them: grouped, and by what became of them.

import type { IntegrationConflict } from '../model/report.ts';

/** Conflicts of one task that differ in nothing but their path. */
export interface Collision {
  /** The task whose result did not fit. */
  task: string;
  /** Those that had changed the paths before it. */
  others: string[];
  kind: IntegrationConflict['kind'];
  resolution: IntegrationConflict['resolution'];
  reason: string | undefined;
  conflicts: IntegrationConflict[];
}

export const isUnresolved = ({ resolution }: Pick<IntegrationConflict, 'resolution'>): boolean =>
  resolution === 'abort';

/** Whether a collision means that the whole result is dropped and the task runs again. */
export const runsAgain = (conflicts: readonly Pick<IntegrationConflict, 'resolution'>[]): boolean =>
  conflicts.some(({ resolution }) => resolution === 'rerun') && !conflicts.some(isUnresolved);

/** In the order in which the first of each happened. */
export function collisionsOf(conflicts: readonly IntegrationConflict[]): Collision[] {
  const groups = new Map<string, Collision>();
  for (const conflict of conflicts) {
    const { tasks, kind, resolution, reason } = conflict;
    const key = JSON.stringify([tasks, kind, resolution, reason]);
    const [task = '', ...others] = tasks;
    const group = groups.get(key) ?? { task, others, kind, resolution, reason, conflicts: [] };
    group.conflicts.push(conflict);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The lines that a collision has cost each task, over all its paths. */
export function discardedOf({
  conflicts,
}: Pick<Collision, 'conflicts'>): { task: string; lines: string[] }[] {
  const byTask = new Map<string, string[]>();
  for (const { task, lines } of conflicts.flatMap(({ discarded }) => discarded))
    if (lines.length > 0) byTask.set(task, [...(byTask.get(task) ?? []), ...lines]);
  return [...byTask].map(([task, lines]) => ({ task, lines }));
}
