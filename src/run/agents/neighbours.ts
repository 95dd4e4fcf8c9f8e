// Who may be at work beside a task, and which files are theirs: what an agent has to know so as to leave them alone. Pure.

import type { Plan, PlannedTask } from '../../model/plan.ts';
import { planPairs } from '../../model/plan-pairs.ts';
import { Reachability } from '../../plan/graph.ts';

export interface Neighbour {
  id: string;
  /** '' where nobody has said. */
  description: string;
  /** Globs, relative to the config. */
  writes: string[];
  /** It does not say what it touches. */
  undeclared: boolean;
  /** A path that both may change. */
  shared?: string;
}

/** The tasks of a plan that have no path to each other and no resource that keeps them apart. */
export class Neighbours {
  readonly #plan: Plan;
  readonly #hasBarrier: boolean;
  /** Made when the first task asks. */
  #reach: Reachability | undefined;

  /** @param hasBarrier whether a phase has to end before the next begins */
  constructor(plan: Plan, hasBarrier: boolean) {
    this.#plan = plan;
    this.#hasBarrier = hasBarrier;
  }

  /** In the order of the plan. */
  of(id: string): Neighbour[] {
    const { tasks } = this.#plan;
    const pairs = planPairs(this.#plan);
    this.#reach ??= Reachability.of(tasks.length, pairs.edges);
    const reach = this.#reach;
    const own = tasks.findIndex((task) => task.id === id);
    return tasks.flatMap((task, at): Neighbour[] => {
      if (at === own || reach.ordered(own, at)) return [];
      if (this.#hasBarrier && task.phase !== tasks[own]?.phase) return [];
      const met = pairs.conflicts.between(own, at).map(({ label }) => label);
      if (met.some(({ resolution }) => resolution === 'exclude')) return [];
      const shared = met.find(({ kind }) => kind === 'write-write')?.witness;
      return [neighbour(task, shared)];
    });
  }
}

const neighbour = (
  { id, description = '', writes, undeclared }: PlannedTask,
  shared: string | undefined,
): Neighbour => ({ id, description, writes, undeclared, ...(shared !== undefined && { shared }) });
