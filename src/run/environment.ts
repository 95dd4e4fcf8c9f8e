// The environment that a task's commands see.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config, Task } from '../config/config.ts';
import { readDotenv } from '../config/dotenv.ts';
import { withPath } from './platform.ts';

export type Environment = Record<string, string | undefined>;

/**
 * What `git rev-parse --local-env-vars` names: git sets them for its hooks, and a git command of a task would then
 * work on the repository, the index or the object store of the hook and not on the ones it finds where it runs.
 */
const GIT_LOCAL = [
  ...['GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_CONFIG', 'GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_COUNT'],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_IMPLICIT_WORK_TREE', 'GIT_GRAFT_FILE'],
  ...['GIT_INDEX_FILE', 'GIT_NO_REPLACE_OBJECTS', 'GIT_REPLACE_REF_BASE', 'GIT_PREFIX', 'GIT_SHALLOW_FILE'],
  ...['GIT_COMMON_DIR', 'GIT_INTERNAL_SUPER_PREFIX', 'GIT_QUARANTINE_PATH'],
];

/** What ptask gives to some tasks only: to those of a ptask that is itself a task, it would be somebody else's. */
const OF_A_TASK = [
  ...['PTASK_BRANCH', 'PTASK_LOG', 'PTASK_OUTPUT', 'PTASK_OUTPUTS', 'PTASK_HANDOFF'],
  ...['PTASK_REVIEW', 'PTASK_PROMPT_FILE'],
];

function* foldersUp(folder: string): Generator<string> {
  yield folder;
  if (dirname(folder) !== folder) yield* foldersUp(dirname(folder));
}

/**
 * What all tasks of a run share: dotenv files below `outer`, the config's `env` above it.
 *
 * @param dotenv what the files say, where they have been read
 */
export function baseEnvironment(
  config: Config,
  outer: Environment,
  color: boolean,
  dotenv: Environment = readDotenv(config).values,
): Environment {
  const env: Environment = { ...dotenv, ...outer };
  for (const name of [...GIT_LOCAL, ...OF_A_TASK]) delete env[name];
  // A task's output is a pipe, and programs leave colours out of a pipe unless told otherwise.
  if (color && env.NO_COLOR === undefined) env.FORCE_COLOR ??= '1';
  Object.assign(env, config.env);
  const bins = [...foldersUp(config.root)].map((folder) => join(folder, 'node_modules', '.bin'));
  return withPath(
    env,
    bins.filter((bin) => existsSync(bin)),
  );
}

export interface TaskContext {
  runId: string;
  root: string;
  workdir: string;
  attempt: number;
  /** Where the task tells of itself. */
  log?: string;
  /** Of an isolated task. */
  branch?: string;
}

export function taskEnvironment(
  base: Environment,
  task: Pick<Task, 'id' | 'env'>,
  context: TaskContext,
): Environment {
  return {
    ...base,
    ...task.env,
    PTASK_RUN_ID: context.runId,
    PTASK_TASK: task.id,
    PTASK_ROOT: context.root,
    PTASK_WORKDIR: context.workdir,
    PTASK_ATTEMPT: String(context.attempt),
    ...(context.log === undefined ? {} : { PTASK_LOG: context.log }),
    ...(context.branch === undefined ? {} : { PTASK_BRANCH: context.branch }),
  };
}
