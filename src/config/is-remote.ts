// Which tasks are to run remotely; apart from the rules, which a config that is remembered does without.

import type { Config, Task } from './config.ts';

/** Whether it is to run remotely. */
export const isRemote = ({ remote }: Pick<Config, 'remote'>, task: Pick<Task, 'remote'>): boolean =>
  remote !== undefined &&
  remote.use !== 'none' &&
  (remote.use === 'all' || task.remote.isAsked) &&
  task.remote.obstacle === undefined;
