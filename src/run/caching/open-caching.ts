// The cache of a run that has tasks for it.

import { CacheStore } from '../../cache/cache-store.ts';
import { cacheFolderOf } from '../../cache/store-place.ts';
import { TaskCaching, type TaskCachingOptions } from './task-caching.ts';
import type { RunContext } from '../records/context.ts';
import type { TreeWatch } from '../workspace/shared/watch.ts';

export interface Caching extends Pick<TaskCachingOptions, 'shared' | 'briefings' | 'use'> {
  watch: TreeWatch | undefined;
}

export function openCaching(context: RunContext, { shared, briefings, use, watch }: Caching): TaskCaching {
  const folder = cacheFolderOf(context.config, context.env);
  return new TaskCaching(context, {
    ...{ shared, briefings, use, store: folder === undefined ? undefined : new CacheStore(folder) },
    changing: (paths) => watch?.integrating(paths),
    changed: (paths) => watch?.integrated(paths),
  });
}
