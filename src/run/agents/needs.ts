// Who hands something to whom. A task that only gathers others stands for those that it needs. Pure.

import type { Task } from '../../config/config.ts';

export class Needs {
  readonly #byId: ReadonlyMap<string, Task>;

  constructor(tasks: readonly Task[]) {
    this.#byId = new Map(tasks.map((task) => [task.id, task]));
  }

  /** In the order in which they are written, each once. */
  of(id: string): string[] {
    const givers: string[] = [];
    const seen = new Set<string>();
    // A stack of our own, since a chain of tasks that only gather may be long.
    const open = [...(this.#byId.get(id)?.needs ?? [])].reverse();
    for (let need = open.pop(); need !== undefined; need = open.pop()) {
      if (seen.has(need)) continue;
      seen.add(need);
      const task = this.#byId.get(need);
      if (task?.run.length === 0) open.push(...[...task.needs].reverse());
      else givers.push(need);
    }
    return givers;
  }

  /** Those that do something and need the task, in the order of declaration. */
  on(id: string): string[] {
    return [...this.#byId.values()].flatMap((task) =>
      task.run.length > 0 && this.of(task.id).includes(id) ? [task.id] : [],
    );
  }
}
