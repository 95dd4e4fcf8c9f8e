// What a schedule is to know of the services of a run.

import type { Task } from '../../config/config.ts';
import { serviceUsers } from '../../plan/service-users.ts';
import type { ScheduledService } from '../schedule/schedule-graph.ts';

/**
 * Undefined where there is none.
 *
 * @param areKept they stay up after the run, which does not wait for them
 * @param isDone what an earlier run has done needs nothing
 */
export function scheduledServices(
  tasks: readonly Task[],
  areKept: boolean,
  isDone: (task: Task) => boolean,
): Map<string, ScheduledService> | undefined {
  const services = serviceUsers(tasks);
  if (services.size === 0) return undefined;
  const done = new Set(tasks.filter(isDone).map(({ id }) => id));
  const left = (ids: readonly string[]): string[] => ids.filter((id) => !done.has(id));
  return new Map(
    [...services].map(([id, { dependents, users, lasts }]) => [
      id,
      { dependents: left(dependents), users: left(users), isAsked: lasts, lasts: lasts && !areKept },
    ]),
  );
}

/** Whether one may outlive its run. What it holds of a resource is free for others as soon as nobody in the run needs it. */
export const mayStayUp = ({ resources }: Pick<Task, 'resources'>): boolean => resources.length === 0;
