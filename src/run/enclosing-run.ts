// Whether a run is started from within a task of its own config, which would start the task again, and so on without end:
// an agent that commits and so calls the hook that calls ptask. Another config may be run from within a task.

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { isOfThisPlace } from '../base/liveness.ts';
import { holderOf } from '../base/lock.ts';
import type { Config } from '../config/config.ts';
import { findRepository } from '../git/repository.ts';
import type { Environment } from './process/environment.ts';
import { ancestors } from './process/process-table.ts';
import { stateDirOf } from './records/state-dir.ts';

/** A config is the same in every work tree of a repository. */
export function configIdentity({ file }: Pick<Config, 'file'>): string {
  const folder = dirname(file);
  const repository = existsSync(folder) ? findRepository(folder) : undefined;
  if (repository === undefined) return file;
  return join(
    repository.commonDir,
    '//',
    relative(repository.top, join(realpathSync.native(folder), file.slice(folder.length))),
  );
}

/** For `PTASK_CONFIGS`: the configs in whose tasks a task runs, the outermost first. */
export const configsAround = (config: Pick<Config, 'file'>, outer: Environment): string =>
  JSON.stringify([...configsIn(outer), configIdentity(config)]);

function configsIn({ PTASK_CONFIGS = '[]' }: Environment): string[] {
  try {
    const configs: unknown = JSON.parse(PTASK_CONFIGS);
    return Array.isArray(configs) ? configs.map(String) : [];
  } catch {
    return [];
  }
}

/** Why this config must not run here; undefined where it may. The variables may have been taken away; the parents tell then. */
export function startedWithin(
  config: Pick<Config, 'file' | 'root'>,
  outer: Environment,
): Diagnostic | undefined {
  const identity = configIdentity(config);
  if (!configsIn(outer).includes(identity) && !isHeldAbove(config.root, identity)) return undefined;
  const task = outer.PTASK_TASK === undefined ? 'a task' : `the task \`${outer.PTASK_TASK}\``;
  return {
    message: `ptask was started from within ${task} of this same config, which would start it again and again`,
    hint: 'let the task call the command itself; a git hook can leave ptask out where PTASK_RUN_ID is set',
  };
}

/** Whether some process above this one runs the config, in whichever work tree of the repository. */
function isHeldAbove(root: string, identity: string): boolean {
  const repository = findRepository(root);
  const others = repository === undefined ? [] : worktreesOf(repository.commonDir);
  const locks = [stateDirOf(root, repository).lock, ...others.map((gitDir) => join(gitDir, 'ptask'))];
  const holders = locks.flatMap((lock) => holderOf(lock) ?? []).filter(({ config }) => config === identity);
  if (holders.length === 0) return false;
  const above = new Set(ancestors(process.pid));
  return holders.some((holder) => isOfThisPlace(holder) && above.has(holder.pid));
}

function worktreesOf(commonDir: string): string[] {
  try {
    return [
      commonDir,
      ...readdirSync(join(commonDir, 'worktrees')).map((name) => join(commonDir, 'worktrees', name)),
    ];
  } catch {
    return [commonDir];
  }
}
