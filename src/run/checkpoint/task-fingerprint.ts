// What decides, before a task runs, what it will do, but for the files that it reads.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { digestOf } from '../../base/digest.ts';
import type { Config, Task } from '../../config/config.ts';

/** Two digests and a space: of the task, and of its environment. */
export type TaskFingerprint = string;

/**
 * Of all that decides what a task does: what the config says of it, and its environment. What only decides when, where
 * and how long it runs is left out by name, so that nothing that comes to be said of tasks is forgotten here.
 */
export function taskFingerprint(
  config: Config,
  task: Task,
  environment = environmentOf(config),
): TaskFingerprint {
  const { id, index, needs, resources, timeoutMs, retry, onFailure, conflicts, ...rest } = task;
  const { snapshotReads, workspace, strays, checkpoint, description, isDeclared, ...said } = rest;
  const setup = workspace === 'shared' ? [] : config.worktrees.setup;
  // An agent is told the description.
  const told = task.assignment === undefined ? {} : { description };
  return `${digest({ ...said, ...told, setup })} ${environment}`;
}

/** A digest of what the config says for all tasks, its dotenv files read now. */
export function environmentOf(config: Config): string {
  const { file, root, concurrency, strategy, conflicts, onCollision, integrate, ...rest } = config;
  const { worktrees, barrier, resources, tasks, validate, validation, secrets, places, ...shared } = rest;
  return digest({
    ...shared,
    dotenv: config.dotenv.map((name) => [name, contentOf(resolve(root, name))]),
  });
}

/** What differs, a clause; both of one task. */
export function differenceOf(before: TaskFingerprint, now: TaskFingerprint): string | undefined {
  if (before === now) return undefined;
  const [own] = now.split(' ');
  return before.split(' ')[0] === own ? 'its environment has changed' : 'its definition has changed';
}

const digest = (value: object): string => digestOf(JSON.stringify(value));

/** Undefined where there is no such file, or none that can be read. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
