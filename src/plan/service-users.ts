// For whom each service is up. Pure.

import type { Task } from '../config/config.ts';

export interface ServiceUsers {
  /** All that need it, through whatever others: they wait until it is ready. */
  dependents: string[];
  /** Those of them for which it is up: who only gathers others does nothing with it. */
  users: string[];
  /** Nobody but the one who asked for it needs it: it stays up until he ends the run. */
  lasts: boolean;
}

/** By service; empty where there is none. */
export function serviceUsers(tasks: readonly Task[]): Map<string, ServiceUsers> {
  const services = tasks.filter(({ service }) => service !== undefined);
  if (services.length === 0) return new Map();
  const neededBy = new Map<string, Task[]>();
  for (const task of tasks)
    for (const need of task.needs) neededBy.set(need, [...(neededBy.get(need) ?? []), task]);
  return new Map(
    services.map(({ id }) => {
      const found = new Set<Task>();
      const open = [...(neededBy.get(id) ?? [])];
      for (let task = open.pop(); task !== undefined; task = open.pop()) {
        if (found.has(task)) continue;
        found.add(task);
        open.push(...(neededBy.get(task.id) ?? []));
      }
      const dependents = tasks.filter((task) => found.has(task));
      const users = dependents.filter(({ run }) => run.length > 0);
      const ids = (some: readonly Task[]): string[] => some.map((task) => task.id);
      return [id, { dependents: ids(dependents), users: ids(users), lasts: users.length === 0 }];
    }),
  );
}

/**
 * The tasks of a run for which nobody has named any: without the services that no task needs, which would never end, and without
 * who gathers them. Where there is nothing but those they are meant.
 */
export function withoutLasting(tasks: readonly Task[]): readonly Task[] {
  const services = serviceUsers(tasks);
  if (services.size === 0) return tasks;
  const isMeant = ({ id, service }: Task): boolean =>
    service === undefined &&
    ![...services.values()].some(({ lasts, dependents }) => lasts && dependents.includes(id));
  const left = new Set(tasks.filter(isMeant).map(({ id }) => id));
  const needs = ({ id }: Task): boolean => services.get(id)?.users.some((user) => left.has(user)) ?? false;
  const chosen = tasks.filter((task) => left.has(task.id) || needs(task));
  return chosen.length > 0 ? chosen : tasks;
}
