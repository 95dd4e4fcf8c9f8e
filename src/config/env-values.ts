// Every `env` that a run gives somebody beside that of the config: tasks, those that do or review one, and those that review the whole.

import type { Config, Task } from './config.ts';

export function environmentsOf(
  tasks: readonly Task[],
  { validate }: Pick<Config, 'validate'>,
): Record<string, string>[] {
  const all = [
    ...tasks.flatMap(({ env, assignment, review }) => [env, assignment?.agent.env, review?.agent.env]),
    ...validate.map(({ review }) => review?.agent.env),
  ];
  return all.filter((each) => each !== undefined);
}
