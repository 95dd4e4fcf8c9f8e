// The cache of a run that has tasks for it.

import { cacheStoreOf } from '../../cache/cache-folder.ts';
import type { RunContext } from '../records/context.ts';
import type { TreeWatch } from '../workspace/shared/watch.ts';
import { TaskCaching, type TaskCachingOptions } from './task-caching.ts';

export interface Caching extends Pick<TaskCachingOptions, 'shared' | 'briefings' | 'use'> {
  watch: TreeWatch | undefined;
}

export function openCaching(context: RunContext, { shared, briefings, use, watch }: Caching): TaskCaching {
  return new TaskCaching(context, {
    ...{ shared, briefings, use, store: cacheStoreOf(context.config, context.env) },
    changing: (paths) => watch?.integrating(paths),
    changed: (paths) => watch?.integrated(paths),
  });
}
