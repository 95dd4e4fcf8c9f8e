// What decides, before a task runs, what it will do, but for the files that it reads: of a cached task and of one that has left a
// checkpoint alike.

import { digestOf } from '../../base/digest.ts';
import type { Config, Task } from '../../config/config.ts';

/** Two digests and a space: of what the config says of the task, and of its environment. */
export type TaskFingerprint = string;

/**
 * What only decides when, where and how long it runs is left out by name, so that nothing that comes to be said of tasks is forgotten
 * here.
 */
export function definitionOf(task: Task, { worktrees, cache }: Pick<Config, 'worktrees' | 'cache'>): string {
  const { id, index, needs, resources, timeoutMs, retry, onFailure, conflicts, ...rest } = task;
  const { snapshotReads, workspace, strays, checkpoint, description, tags, isDeclared, remote, ...said } =
    rest;
  const setup = workspace === 'shared' ? [] : worktrees.setup;
  // An agent is told the description.
  const told = task.assignment === undefined ? {} : { description };
  return digestOf(JSON.stringify({ ...said, ...told, setup, more: [cache.reads, cache.salt] }));
}

/** What differs, a clause; both of one task. */
export function differenceOf(before: TaskFingerprint, now: TaskFingerprint): string | undefined {
  if (before === now) return undefined;
  const [own] = now.split(' ');
  return before.split(' ')[0] === own ? 'its environment has changed' : 'its definition has changed';
}
