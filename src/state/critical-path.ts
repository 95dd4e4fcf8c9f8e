// The span of a run: the longest chain of tasks that had to wait for each other.

import type { Plan } from '../model/plan.ts';
import { numberedEdges } from '../model/task-pairs.ts';

export interface CriticalPath {
  ms: number;
  tasks: string[];
}

/**
 * The heaviest path through the plan's edges, each task weighing what `durationMs` says, in O(tasks + edges).
 *
 * The phases are the levels of the graph, so walking them in order meets every task after all that it waits for
 * (DAG longest path by topological order, CLRS 24.2). Tasks without weight do not lengthen a chain and neither
 * begin nor end one. Resources and validation are not part of it.
 *
 * @param without edges that are taken not to be there, all from one task
 */
export function criticalPath(
  plan: Plan,
  durationMs: (id: string) => number,
  without?: { from: string; to: readonly string[] },
): CriticalPath {
  const index = new Map(plan.tasks.map(({ id }, at) => [id, at]));
  const successors: number[][] = [];
  for (const [from, to] of numberedEdges(plan)) {
    const known = successors[from];
    if (known) known.push(to);
    else successors[from] = [to];
  }

  const before: (CriticalStep | undefined)[] = [];
  let last: CriticalStep | undefined;
  for (const id of plan.phases.flatMap((phase) => phase.tasks)) {
    const at = index.get(id) ?? -1;
    const previous = before[at];
    const step: CriticalStep = { id, previous, ms: (previous?.ms ?? 0) + durationMs(id) };
    if (step.ms > (last?.ms ?? 0)) last = step;
    if (step.ms === 0) continue;
    const left = new Set(without?.from === id ? without.to.map((to) => index.get(to)) : []);
    for (const next of successors[at] ?? [])
      if (!left.has(next) && step.ms > (before[next]?.ms ?? 0)) before[next] = step;
  }

  const tasks: string[] = [];
  for (let step = last; step; step = step.previous) tasks.push(step.id);
  return { ms: last?.ms ?? 0, tasks: tasks.reverse() };
}

/** The heaviest chain that ends with this task. */
interface CriticalStep {
  id: string;
  ms: number;
  previous: CriticalStep | undefined;
}
