// The environment that a task's commands see.

import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { TRACE } from '../../base/trace.ts';
import type { Config, Task } from '../../config/config.ts';
import { readDotenv } from '../../config/dotenv.ts';
import { REMOTE_HEADER } from '../../config/remote-cache.ts';
import { foldersIn, lookupIn, valuesOf } from '../../config/variables.ts';
import { extendPath } from './platform.ts';
import { STACK } from './process-table.ts';

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
  ...['PTASK_REVIEW', 'PTASK_PROMPT_FILE', 'PTASK_ARGS'],
];

/** How long a task has between SIGTERM and SIGKILL, in milliseconds: there for the task to read. */
const GRACE = 'PTASK_GRACE_MS';
const USUAL_GRACE_MS = 5_000;
/** Of a ptask in a task: it wants to have stopped its own tasks, and written its report, before it is killed itself. */
const INNER_SHARE = 0.6;

/** The grace of a run for which nobody has named one. */
export function graceIn(outer: Environment): number {
  const given = Number(outer[GRACE]);
  return given > 0 ? Math.floor(given * INNER_SHARE) : USUAL_GRACE_MS;
}

export const withGrace = (env: Environment, graceMs: number): Environment => ({
  ...env,
  [GRACE]: String(graceMs),
});

function* foldersUp(folder: string): Generator<string> {
  yield folder;
  if (dirname(folder) !== folder) yield* foldersUp(dirname(folder));
}

/** What the config's `env` may speak of. */
export function inheritedEnvironment(
  { root }: Pick<Config, 'root'>,
  outer: Environment,
  dotenv: Environment,
): Environment {
  const env: Environment = { ...dotenv, ...outer };
  // The header is a secret, for a server that only ptask speaks with.
  for (const name of [...GIT_LOCAL, ...OF_A_TASK, TRACE, REMOTE_HEADER]) delete env[name];
  // Where somebody has called ptask, which may be below the folder of the config.
  env.PTASK_INIT_CWD = process.cwd();
  env.PTASK_ROOT = root;
  return env;
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
  const env = inheritedEnvironment(config, outer, dotenv);
  Object.assign(env, valuesOf(config.env, lookupIn(env), config.root));
  // A task's output is a pipe, and programs leave colours out of a pipe unless told otherwise.
  if (color && env.NO_COLOR === undefined) env.FORCE_COLOR ??= '1';
  return env;
}

/** Where commands are run. */
export interface CommandPlace {
  runId: string;
  config: Pick<Config, 'root' | 'env'>;
  /** The folder that takes the place of the config's: that of a worktree, or the same. */
  workdir: string;
  /** Relative to it. */
  cwd?: string;
  /** Whether it is all that the commands are to know of: then `PTASK_ROOT` names it, too. */
  isApart?: boolean;
  /** Whose commands they are. */
  what: string;
  /** What their own variables may speak of, where that is more than what reaches them. */
  known?: Environment;
}

/** What is true of all commands of a run. @param own what is theirs alone, above what all share */
export function commandEnvironment(base: Environment, own: Environment, place: CommandPlace): Environment {
  const { runId, config, workdir, isApart, what, known = {} } = place;
  const { root } = config;
  // It is made for each attempt anew, of a hundred variables: once, and what is added is added to it.
  const env: Environment = { ...base };
  env.PTASK_RUN_ID = runId;
  env.PTASK_ROOT = isApart ? workdir : root;
  env.PTASK_WORKDIR = workdir;
  if (workdir !== root) movePath(env, config.env.PATH, root, workdir);
  Object.assign(env, valuesOf(own, lookupIn(env, known), workdir));
  // Programs complain of both.
  if (own.NO_COLOR !== undefined && own.FORCE_COLOR === undefined) delete env.FORCE_COLOR;
  extendPath(env, binFolders(place));
  const stack = base[STACK] ? `${base[STACK]}:` : '';
  // What a task may be called is no part of how it is written.
  env[STACK] = `${stack}${runId}/${encodeURIComponent(what)}`;
  return env;
}

/** Folders of the repository that the config has put on the search path are those of the place where the command runs. */
function movePath(env: Environment, text: string | undefined, root: string, workdir: string): void {
  const own = new Set(text === undefined ? [] : foldersIn(text, lookupIn(env), root));
  if (own.size === 0) return;
  const moved = (entry: string): string =>
    own.has(entry) && entry.startsWith(root + sep) ? join(workdir, relative(root, entry)) : entry;
  env.PATH = env.PATH?.split(delimiter).map(moved).join(delimiter);
}

/**
 * The folders of programs that are installed, the nearest first, as npm has them: whether they are there or not, since a
 * task may make them. In a worktree, which may lack them, those of the root stand in.
 */
function binFolders({ config: { root }, workdir, cwd = '.' }: CommandPlace): string {
  const key = [root, workdir, cwd].join('\0');
  if (lastFolders?.key === key) return lastFolders.path;
  const folders = [...foldersUp(resolve(root, cwd)), ...foldersUp(root)].flatMap((folder) => {
    const bin = join(folder, 'node_modules', '.bin');
    const isInside = folder === root || folder.startsWith(root + sep);
    return isInside && workdir !== root ? [join(workdir, relative(root, bin)), bin] : [bin];
  });
  lastFolders = { key, path: [...new Set(folders)].join(delimiter) };
  return lastFolders.path;
}

/** Most tasks of a run are in one folder. */
let lastFolders: { key: string; path: string } | undefined;

export interface TaskContext extends Omit<CommandPlace, 'cwd' | 'what'> {
  attempt: number;
  /** Where the task tells of itself. */
  log?: string;
  /** Of an isolated task. */
  branch?: string;
}

export function taskEnvironment(
  base: Environment,
  task: Pick<Task, 'id' | 'cwd'> & { env: Environment },
  context: TaskContext,
): Environment {
  const { attempt, log, branch } = context;
  const env = commandEnvironment(base, task.env, { ...context, cwd: task.cwd, what: task.id });
  env.PTASK_TASK = task.id;
  env.PTASK_ATTEMPT = String(attempt);
  if (log !== undefined) env.PTASK_LOG = log;
  if (branch !== undefined) env.PTASK_BRANCH = branch;
  return env;
}
