// Who may be at work beside a task, and which files are theirs: what an agent has to know so as to leave them alone. Pure.

import type { Config } from '../../config/config.ts';
import { type OrderGroup, reachedFrom } from '../../model/order-group.ts';
import type { Plan, PlannedTask } from '../../model/plan.ts';
import { conflictsWith, groupsAfter, groupsBefore } from '../../model/task-pairs.ts';

/** Characters of what another task is about. */
const MOST_TOLD = 120;

export interface Neighbour {
  id: string;
  /** What it is about, on one line; '' where nobody has said. */
  doing: string;
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
  readonly #config: Pick<Config, 'tasks' | 'barrier'>;
  /** Made when the first task asks. */
  #order: ((task: string) => readonly OrderGroup<string>[])[] | undefined;
  /** Prompts by their task; made when the first one asks. */
  #asked: ReadonlyMap<string, string> | undefined;

  constructor(plan: Plan, config: Pick<Config, 'tasks' | 'barrier'>) {
    this.#plan = plan;
    this.#config = config;
  }

  /** Those with whom it shares files first, those that change none last, else in the order of the plan. */
  of(id: string): Neighbour[] {
    const { tasks } = this.#plan;
    this.#order ??= [groupsAfter(this.#plan.edges), groupsBefore(this.#plan.edges)];
    const ordered = this.#order.map((groups) => reachedFrom(id, groups));
    const own = tasks.find((task) => task.id === id);
    const conflicts = conflictsWith(this.#plan, id);
    const found = tasks.flatMap((task): Neighbour[] => {
      if (task === own || ordered.some((some) => some.has(task.id))) return [];
      if (this.#config.barrier && task.phase !== own?.phase) return [];
      const met = conflicts.get(task.id) ?? [];
      if (met.some(({ resolution }) => resolution === 'exclude')) return [];
      const shared = met.find(({ kind }) => kind === 'write-write')?.witness;
      return [this.#neighbour(task, shared)];
    });
    return found.sort((a, b) => rank(a) - rank(b));
  }

  #neighbour({ id, description = '', writes, undeclared }: PlannedTask, shared?: string): Neighbour {
    this.#asked ??= new Map(this.#config.tasks.map((task) => [task.id, task.assignment?.prompt ?? '']));
    const doing = oneLine(description.trim() === '' ? (this.#asked.get(id) ?? '') : description);
    return { id, doing, writes, undeclared, ...(shared !== undefined && { shared }) };
  }
}

function rank({ shared, writes, undeclared }: Neighbour): number {
  if (shared !== undefined) return 0;
  return writes.length > 0 || undeclared ? 1 : 2;
}

/** The first line says what a text is about. */
function oneLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  const told = line.trim().replace(/[.:]$/, '');
  return told.length > MOST_TOLD ? `${told.slice(0, MOST_TOLD)}…` : told;
}
