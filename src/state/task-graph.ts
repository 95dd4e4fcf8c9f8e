// What each task of a run has before and after it, and how much of that is still to come.

import type { Plan } from '../model/plan.ts';
import { firstsTo, numberedEdges } from '../model/task-pairs.ts';
import type { TaskState } from './run-state.ts';
import { isOver } from './status.ts';

export class TaskGraph {
  readonly #before: TaskState[][];
  readonly #after: TaskState[][];
  /** How many of those before it are not over yet. */
  readonly #unmet: number[];
  readonly #tasks: readonly TaskState[];
  readonly #turns: (task: number) => readonly number[];

  constructor(plan: Plan, tasks: readonly TaskState[]) {
    this.#turns = turnsOf(plan);
    this.#tasks = tasks;
    this.#before = tasks.map(() => []);
    this.#after = tasks.map(() => []);
    for (const [from, to] of numberedEdges(plan)) {
      this.#before[to]?.push(tasks[from] as TaskState);
      this.#after[from]?.push(tasks[to] as TaskState);
    }
    this.#unmet = this.#before.map((all) => all.filter(({ status }) => !isOver(status)).length);
  }

  before({ number }: TaskState): readonly TaskState[] {
    return this.#before[number] ?? [];
  }

  after({ number }: TaskState): readonly TaskState[] {
    return this.#after[number] ?? [];
  }

  /** Those whose results are integrated before its own. */
  turnsBefore({ number }: TaskState): readonly TaskState[] {
    return this.#turns(number).map((other) => this.#tasks[other] as TaskState);
  }

  /** Whether all that comes before it is over. */
  isReady({ number }: TaskState): boolean {
    return this.#unmet[number] === 0;
  }

  /** The task is over. */
  finish(task: TaskState): void {
    for (const { number } of this.after(task)) this.#unmet[number] = (this.#unmet[number] ?? 0) - 1;
  }
}

/** Of a task the isolated ones that conflict with it and are declared before it. */
export function turnsOf(plan: Plan): (task: number) => number[] {
  const isolated = plan.conflicts.filter(({ resolution }) => resolution === 'isolate');
  const numbers = new Map(plan.tasks.map(({ id }, at) => [id, at]));
  return (task) => {
    const id = plan.tasks[task]?.id ?? '';
    const before = isolated.flatMap(({ tasks }) => firstsTo(tasks, id));
    return [...new Set(before)].map((other) => numbers.get(other) ?? -1);
  };
}
