// Why the tasks of a plan are in it. Pure.

import type { Config } from '../config/config.ts';
import type { Chosen, ChosenBecause, Plan } from '../model/plan.ts';

/**
 * The plan with the reason for each of its tasks.
 * @param because of those that were chosen; the others are in it because some of these need them
 */
export function withReasons(
  plan: Plan,
  config: Config,
  because: ReadonlyMap<string, ChosenBecause>,
  about: Omit<Chosen, 'tasks'> = {},
): Plan {
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const reasons = new Map<string, ChosenBecause>();
  for (const { id } of plan.tasks) {
    const own = because.get(id);
    if (own !== undefined) reasons.set(id, own);
  }
  // It grows meanwhile.
  for (const [id] of reasons)
    for (const need of byId.get(id)?.needs ?? [])
      if (!reasons.has(need)) reasons.set(need, { kind: 'needed', task: id });
  const tasks = plan.tasks.map(({ id }) => ({ id, because: reasons.get(id) ?? NAMED }));
  return { ...plan, chosen: { ...about, tasks } };
}

const NAMED: ChosenBecause = { kind: 'named' };

/** Where nothing was chosen. */
export const emptyPlan = (about: Omit<Chosen, 'tasks'>): Plan => ({
  schemaVersion: 2,
  strategy: { letter: 'A', name: 'parallel', reasons: ['there is no task'] },
  ...{ phases: [], tasks: [], edges: [], exclusions: [], conflicts: [], notes: [] },
  chosen: { ...about, tasks: [] },
});
