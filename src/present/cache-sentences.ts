// The sentences about the cache, each in one place: that a result came from it, why one did not, why one is not kept.

import { formatDuration } from '../base/duration.ts';
import type { Cached, CacheTotals } from '../model/report.ts';
import { formatCount, printable } from './format.ts';
import { joined, listOf, say, type Text } from './text.ts';

type Hit = Pick<Cached, 'savedMs' | 'isRemote'>;

/** `cached (saved 12.0s)`, `cached remotely (saved 12.0s)`. */
export const cached = ({ savedMs, isRemote }: Hit): string =>
  `cached${isRemote ? ' remotely' : ''}${savedMs === undefined ? '' : ` (saved ${formatDuration(savedMs)})`}`;

/** After the name of the task and a colon. */
export const fromCache = ({ savedMs, isRemote }: Hit): string =>
  `its result came from the ${isRemote ? 'remote ' : ''}cache${savedMs === undefined ? '' : `, made in ${formatDuration(savedMs)}`}`;

/** `9 cached, saved 1m 20s`; undefined where nothing was. */
export function cachedCount(totals: CacheTotals | undefined): string | undefined {
  const { hits = 0, savedMs = 0 } = totals ?? {};
  if (hits === 0) return undefined;
  return `${formatCount(hits)} cached${savedMs > 0 ? `, saved ${formatDuration(savedMs)}` : ''}`;
}

export const notStored = (reason: string): string =>
  `its result is not kept in the cache: ${printable(reason)}`;

/** Causes that are named before the rest is counted. */
const NAMED_CAUSES = 3;

/** @param because clauses: `src/a.ts changed` */
export const notCached = (because: readonly string[]): Text => {
  const causes = because.map((cause): Text => [printable(cause)]);
  return causes.length === 0 ? ['not in the cache'] : say`not in the cache: ${listOf(causes, NAMED_CAUSES)}`;
};

/** All that there is to say of it at once. */
export const whatCached = (of: Cached): Text =>
  joined([
    of.hit ? [fromCache(of)] : notCached(of.because),
    of.notStored === undefined ? [] : [notStored(of.notStored)],
  ]);
