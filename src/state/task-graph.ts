// What each task of a run has before and after it, and how much of that is still to come.

import { inOrder, type OrderGroup } from '../model/order-group.ts';
import type { Plan } from '../model/plan.ts';
import { firstsTo, groupsAfter, groupsBefore, pairsIn } from '../model/task-pairs.ts';
import type { TaskState } from './items.ts';
import { isOver } from './status.ts';

export class TaskGraph {
  readonly #tasks: ReadonlyMap<string, TaskState>;
  readonly #before: (task: string) => readonly OrderGroup<string>[];
  readonly #turns: (task: string) => readonly string[];
  /** Groups of edges with what is over in them. */
  readonly #waiting: ReadonlyMap<OrderGroup<string>, OrderGroup<string>>;
  readonly #after: (task: string) => readonly OrderGroup<string>[];
  /** In how many groups each still waits for another. */
  readonly #unmet = new Map<string, number>();
  readonly #reversed: readonly OrderGroup<string>[];

  constructor(plan: Plan, tasks: readonly TaskState[]) {
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#turns = turnsOf(plan);
    this.#before = groupsBefore(plan.edges);
    this.#after = groupsAfter(plan.edges);
    const groups = plan.edges.map(({ tasks }) => pairsIn(tasks));
    this.#waiting = new Map(groups.map((group) => [group, group.fresh()]));
    this.#reversed = groups.map((group) => group.reversed());
    for (const { seconds } of groups)
      for (const id of seconds) this.#unmet.set(id, (this.#unmet.get(id) ?? 0) + 1);
    for (const task of tasks) if (isOver(task.status) || task.readyAt !== undefined) this.finish(task);
  }

  before({ id }: TaskState): readonly TaskState[] {
    return this.#named(this.#before(id).flatMap((group) => [...group.after(id)]));
  }

  /** Those whose results are integrated before its own. */
  turnsBefore({ id }: TaskState): readonly TaskState[] {
    return this.#named(this.#turns(id));
  }

  /** Whether all that comes before it is over. */
  isReady({ id }: TaskState): boolean {
    return (this.#unmet.get(id) ?? 0) === 0;
  }

  /** The task is over, or ready as a service. */
  finish({ id }: TaskState): void {
    for (const group of this.#after(id))
      for (const { node } of this.#waiting.get(group)?.end(id) ?? [])
        this.#unmet.set(node, (this.#unmet.get(node) ?? 0) - 1);
  }

  /** The longest chain of tasks that wait for each other, by how long each takes. */
  longest(msOf: (task: TaskState) => number): number {
    let longest = 0;
    inOrder(this.#tasks.keys(), this.#reversed, (id, most) => {
      const ms = msOf(this.#tasks.get(id) as TaskState) + (most?.value ?? 0);
      longest = Math.max(longest, ms);
      return () => ms;
    });
    return longest;
  }

  #named(ids: readonly string[]): TaskState[] {
    return [...new Set(ids)].flatMap((id) => this.#tasks.get(id) ?? []);
  }
}

/** Of a task the isolated ones that conflict with it and are declared before it. */
export function turnsOf(plan: Plan): (task: string) => string[] {
  const isolated = plan.conflicts.filter(({ resolution }) => resolution === 'isolate');
  return (task) => [...new Set(isolated.flatMap(({ tasks }) => [...firstsTo(tasks, task)]))];
}
