// What each task of a run has before and after it, and how much of that is still to come.

import type { Plan } from '../model/plan.ts';
import { planPairs } from '../model/plan-pairs.ts';
import type { TaskState } from './run-state.ts';
import { isOver } from './status.ts';

export class TaskGraph {
  readonly #before: TaskState[][];
  readonly #after: TaskState[][];
  /** How many of those before it are not over yet. */
  readonly #unmet: number[];
  readonly #plan: Plan;
  readonly #tasks: readonly TaskState[];
  #turns: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(plan: Plan, tasks: readonly TaskState[]) {
    this.#plan = plan;
    this.#tasks = tasks;
    this.#before = tasks.map(() => []);
    this.#after = tasks.map(() => []);
    for (const [from, to] of planPairs(plan).edges) {
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
    this.#turns ??= turnsOf(this.#plan);
    return (this.#turns.get(number) ?? []).map((other) => this.#tasks[other] as TaskState);
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

/** By task: the isolated ones that conflict with it and are declared before it. */
export function turnsOf(plan: Plan): ReadonlyMap<number, readonly number[]> {
  const turns = new Map<number, Set<number>>();
  for (const [first, second, { resolution }] of planPairs(plan).conflicts)
    if (resolution === 'isolate') turns.set(second, (turns.get(second) ?? new Set()).add(first));
  return new Map([...turns].map(([task, before]) => [task, [...before]]));
}
