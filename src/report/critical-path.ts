// The span of a run: the longest chain of tasks that had to wait for each other.

import type { Plan } from '../model/plan.ts';

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
 */
export function criticalPath(plan: Plan, durationMs: (id: string) => number): CriticalPath {
  const successors = new Map<string, string[]>();
  for (const { from, to } of plan.edges) {
    const known = successors.get(from);
    if (known) known.push(to);
    else successors.set(from, [to]);
  }

  const before = new Map<string, CriticalStep>();
  let last: CriticalStep | undefined;
  for (const id of plan.phases.flatMap((phase) => phase.tasks)) {
    const previous = before.get(id);
    const step: CriticalStep = { id, previous, ms: (previous?.ms ?? 0) + durationMs(id) };
    if (step.ms > (last?.ms ?? 0)) last = step;
    if (step.ms === 0) continue;
    for (const next of successors.get(id) ?? []) {
      if (step.ms > (before.get(next)?.ms ?? 0)) before.set(next, step);
    }
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
