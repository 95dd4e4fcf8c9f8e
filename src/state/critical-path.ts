// The span of a run: the longest chain of tasks that had to wait for each other.

import { inOrder, OrderGroup } from '../model/order-group.ts';
import type { Plan } from '../model/plan.ts';
import { pairsIn } from '../model/task-pairs.ts';

export interface CriticalPath {
  ms: number;
  tasks: string[];
}

interface Without {
  from: string;
  to: readonly string[];
}

/**
 * The heaviest path through the plan's edges, each task weighing what `durationMs` says, in O(tasks + members of groups of edges).
 *
 * DAG longest path by topological order (CLRS 24.2). Tasks without weight do not lengthen a chain and neither
 * begin nor end one. Resources and validation are not part of it.
 *
 * @param without edges that are taken not to be there, all from one task
 */
export function criticalPath(
  plan: Plan,
  durationMs: (id: string) => number,
  without?: Without,
): CriticalPath {
  const groups = plan.edges.flatMap(({ tasks }) => leaveOut(pairsIn(tasks), without));
  const steps = new Map<string, CriticalStep>();
  inOrder(
    plan.tasks.map(({ id }) => id),
    groups,
    (id, most) => {
      const previous = most && most.value > 0 ? steps.get(most.of) : undefined;
      const ms = (previous?.ms ?? 0) + durationMs(id);
      steps.set(id, { id, previous, ms });
      return () => ms;
    },
  );
  let last: CriticalStep | undefined;
  for (const id of plan.phases.flatMap((phase) => phase.tasks)) {
    const step = steps.get(id);
    if (step && step.ms > (last?.ms ?? 0)) last = step;
  }

  const tasks: string[] = [];
  for (let step = last; step; step = step.previous) tasks.push(step.id);
  return { ms: last?.ms ?? 0, tasks: tasks.reverse() };
}

function leaveOut(group: OrderGroup<string>, without: Without | undefined): OrderGroup<string>[] {
  if (without === undefined || group.placeOf(without.from) === undefined) return [group];
  const left = new Set(without.to);
  const kept = [...group.after(without.from)].filter((to) => !left.has(to));
  return [group.without(without.from), ...(kept.length > 0 ? [new OrderGroup([[without.from], kept])] : [])];
}

/** The heaviest chain that ends with this task. */
interface CriticalStep {
  id: string;
  ms: number;
  previous: CriticalStep | undefined;
}
