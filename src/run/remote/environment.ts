// What of this run reaches a task on another machine: what its result may depend on, and nothing that speaks of this machine or is secret.

import { readFile } from '../../base/own-files.ts';
import type { Task } from '../../config/config.ts';
import type { Environment } from '../process/environment.ts';
import { strictEnvironment } from '../process/strict-environment.ts';
import type { RunContext } from '../records/context.ts';
import { OWN_FILES } from './script.ts';

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

/** What keeps a task on this machine, as a clause: nothing has gone wrong, and what is to happen then does not count. */
export class Obstacle extends Error {}

/** @param env what the task would be given here. Throws an `Obstacle` where something of it is for nobody else. */
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
      throw new Obstacle(`${name} in its environment is a secret`);
    reaching[name] = value;
  }
  return reaching;
}

/** What other tasks hand to it, by where it finds that. Throws an `Obstacle` where a secret is among it. */
export function handedTo({ masker }: Pick<RunContext, 'masker'>, env: Environment): Map<string, Buffer> {
  const own = new Map<string, Buffer>();
  for (const [name, path] of [
    ['PTASK_OUTPUTS', OWN_FILES.values],
    ['PTASK_HANDOFF', OWN_FILES.handoff],
  ] as const) {
    const bytes = env[name] === undefined ? undefined : readFile(env[name]);
    if (bytes === undefined) continue;
    if (!masker.bytes(bytes).equals(bytes)) throw new Obstacle('what it is handed holds a secret');
    own.set(path, bytes);
  }
  return own;
}

/** Throws an `Obstacle` where a secret stands in one of the commands. */
export function refuseSecrets({ masker }: Pick<RunContext, 'masker'>, commands: readonly string[]): void {
  if (commands.some((command) => masker.text(command) !== command))
    throw new Obstacle('a secret stands in its commands');
}
