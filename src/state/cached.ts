// What came from the cache, told alike of a task while its run goes on and of its report.

import type { Cached, CacheTotals } from '../model/report.ts';
import type { Status } from './status.ts';

interface LookedUp {
  status: Status;
  cached?: Cached;
}

/** What the cache had of it; undefined unless its result came from there and is in the tree. */
export const hitOf = ({ status, cached }: LookedUp): Cached | undefined =>
  status === 'passed' && cached?.hit ? cached : undefined;

/** It has run, or the cache had its result: it may have changed something. */
export const hasBegun = ({ startedAt, cached }: { startedAt?: number; cached?: Cached }): boolean =>
  startedAt !== undefined || cached?.hit === true;

/** Undefined where nobody asked the cache. */
export function cacheTotals(tasks: readonly LookedUp[]): CacheTotals | undefined {
  const asked = tasks.filter(({ cached }) => cached !== undefined);
  if (asked.length === 0) return undefined;
  const hits = asked.flatMap((task) => hitOf(task) ?? []);
  return {
    hits: hits.length,
    misses: asked.filter(({ cached }) => cached?.hit === false).length,
    savedMs: hits.reduce((sum, { savedMs = 0 }) => sum + savedMs, 0),
  };
}
