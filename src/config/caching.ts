// Which tasks are cached, and what their results depend on beside what they declare to read.

import { resolve } from 'node:path';
import { parseAge } from '../base/duration.ts';
import { parseSize } from '../base/size.ts';
import type { WrittenConfig, Task as WrittenTask } from '../model/written-config.ts';
import type { Config, TaskCache } from './config.ts';
import { listOf } from './lists.ts';
import { remoteCache } from './remote-cache.ts';

type Settings = Exclude<WrittenConfig['cache'], boolean | undefined>;

const settingsOf = (cache: WrittenConfig['cache']): Settings => (typeof cache === 'object' ? cache : {});

/** @param root the folder of the config */
export function cacheOf(written: WrittenConfig['cache'], root: string): Config['cache'] {
  const { dir, maxSize = '2 GB', maxAge = '30d', salt = '', ...rest } = settingsOf(written);
  return {
    reads: [...listOf(rest.reads)],
    env: [...listOf(rest.env)],
    passEnv: [...listOf(rest.passEnv)],
    tools: [...listOf(rest.tools)],
    salt,
    dir: dir === undefined ? undefined : resolve(root, dir),
    maxSize: parseSize(maxSize),
    maxAgeMs: parseAge(maxAge),
    remote: rest.remote && remoteCache(rest.remote),
  };
}

export function taskCache(task: WrittenTask, config: WrittenConfig): TaskCache {
  const { cache: own } = task;
  const isAsked = own === undefined ? isOnForAll(config.cache) : own !== false;
  if (!isAsked) return { isOn: false, reason: undefined };
  const reason = whyNot(task, config);
  if (reason !== undefined) return { isOn: false, reason };
  const { env, reads, clean = true } = typeof own === 'object' ? own : {};
  return { isOn: true, env: [...listOf(env)], reads: [...listOf(reads)], clean };
}

const isOnForAll = (cache: WrittenConfig['cache']): boolean =>
  typeof cache === 'object' ? cache.enabled !== false : cache === true;

/** Its result must be a matter of its commands and of the files that it declares. A clause. */
function whyNot(task: WrittenTask, config: WrittenConfig): string | undefined {
  const { verify } = task;
  const isReviewed = typeof verify === 'object' && !Array.isArray(verify);
  if (task.service === true) return 'it is a service';
  if (task.agent !== undefined) return 'an agent does it';
  if (task.raw === true) return 'it has the terminal to itself';
  if (isReviewed) return 'an agent reviews it';
  if ((task.run ?? []).length === 0) return 'it runs nothing itself';
  if (task.reads === undefined) return 'it declares no `reads`';
  if (task.writes === undefined) return 'it declares no `writes`; `writes: []` says that it writes nothing';
  if (Object.keys(task.resources ?? {}).length > 0) return 'it uses resources';
  if ((task.onFailure ?? config.onFailure) === 'ask') return 'its `onFailure` is ask';
  if (task.checkpoint === true) return 'it leaves a checkpoint';
  return undefined;
}
