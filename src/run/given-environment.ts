// What all tasks of a run are given, made of where ptask was started, of dotenv files and of the config; and what is wrong with that.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config, Task } from '../config/config.ts';
import { readDotenv } from '../config/dotenv.ts';
import { environmentsOf } from '../config/env-values.ts';
import { remoteCacheFor } from '../config/remote-cache.ts';
import { baseEnvironment, type Environment, inheritedEnvironment } from './process/environment.ts';
import { type Settings, settingsOf } from './process/strict-environment.ts';

export interface GivenEnvironment {
  env: Environment;
  /** What dotenv files say. */
  dotenv: Environment;
  settings: Settings;
}

/** Reads the dotenv files: a pipe among them can be read only once. */
export async function givenEnvironment(
  config: Config,
  tasks: readonly Task[],
  outer: Environment,
  color: boolean,
): Promise<Result<GivenEnvironment>> {
  const { values, problems } = readDotenv(config);
  if (problems.length > 0) return fail(...problems);
  const remote = remoteCacheFor(config.cache.remote, outer);
  if (!remote.ok) return remote;
  const inherited = inheritedEnvironment(config, outer, values);
  const env = baseEnvironment(config, outer, color, values);
  if (speaksOfVariables(config, tasks)) {
    const { findUnset } = await import('./process/unset-variables.ts');
    const unset = await findUnset(config, tasks, inherited, env);
    if (unset.length > 0) return fail(...unset);
  }
  return ok({ env, dotenv: values, settings: settingsOf(config, inherited, values) });
}

const speaksOfVariables = (config: Config, tasks: readonly Task[]): boolean =>
  [config.env, ...environmentsOf(tasks, config)].some((each) =>
    Object.values(each).some((text) => text.includes('${')),
  );
