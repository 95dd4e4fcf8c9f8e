// Which variables reach a task on another machine: what its result may depend on, and nothing that speaks of this machine or is secret.

import type { Task } from '../../config/config.ts';
import type { Environment } from '../process/environment.ts';
import { strictEnvironment } from '../process/strict-environment.ts';
import type { RunContext } from '../records/context.ts';

/** What tells a task of itself. */
const OWN = [
  ...[
    'PTASK_TASK',
    'PTASK_ROOT',
    'PTASK_WORKDIR',
    'PTASK_OUTPUT',
    'PTASK_OUTPUTS',
    'PTASK_LOG',
    'PTASK_HANDOFF',
  ],
  ...['PTASK_ATTEMPT', 'PTASK_ARGS', 'PTASK_HOOK', 'PTASK_HOOK_ARGS'],
];
/** What differs from run to run, and would have every command sent anew: only where a command names it. */
const OF_THE_RUN = 'PTASK_RUN_ID';

/** @param env what the task would be given here. Throws where something of it is for nobody else. */
export function reachingEnvironment(
  { config, sharedEnv, settings, masker }: Pick<RunContext, 'config' | 'sharedEnv' | 'settings' | 'masker'>,
  task: Task,
  env: Environment,
): Record<string, string> {
  const { declared } = strictEnvironment(sharedEnv, config, task, settings);
  const isNamed = [...task.run, ...task.verify].some((command) => command.includes(OF_THE_RUN));
  const own = isNamed ? [...OWN, OF_THE_RUN] : OWN;
  const reaching: Record<string, string> = {};
  for (const name of [...declared.map(([name]) => name), ...own]) {
    const value = env[name];
    if (value === undefined || name === 'PATH') continue;
    if (config.secrets.includes(name) || masker.text(value) !== value)
      throw new Error(`${name} in its environment is a secret`);
    reaching[name] = value;
  }
  return reaching;
}
