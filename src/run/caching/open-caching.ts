// The cache of a run that has tasks for it.

import { cacheStoreOf } from '../../cache/cache-folder.ts';
import { Receipts } from '../../cache/receipts.ts';
import type { Config, Task } from '../../config/config.ts';
import type { Repository } from '../../git/repository.ts';
import type { RunContext } from '../records/context.ts';
import type { CacheUse } from '../records/options.ts';
import type { TreeWatch } from '../workspace/shared/watch.ts';
import { manyFilesIn } from './many-files.ts';
import { TaskCaching, type TaskCachingOptions } from './task-caching.ts';

export interface Caching
  extends Pick<TaskCachingOptions, 'shared' | 'repository' | 'briefings' | 'receipts' | 'use'> {
  watch: TreeWatch | undefined;
}

/** Begins to look at what was seen of the tasks, where that is much. */
export function openReceipts(
  { root }: Config,
  repository: Repository | undefined,
  tasks: readonly Task[],
  { reads }: CacheUse,
): Receipts {
  const receipts = new Receipts(root, manyFilesIn(root, repository));
  if (reads) receipts.lookAhead(tasks.filter(({ cache }) => cache.isOn).map(({ id }) => id));
  return receipts;
}

export function openCaching(context: RunContext, { watch, ...parts }: Caching): TaskCaching {
  return new TaskCaching(context, {
    ...{ ...parts, store: cacheStoreOf(context.config, context.env) },
    changing: (paths) => watch?.integrating(paths),
    changed: (paths) => watch?.integrated(paths),
  });
}
