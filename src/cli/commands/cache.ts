import { fail } from '../../base/result.ts';
import { formatBytes } from '../../base/size.ts';
import { cacheFolderOf } from '../../cache/cache-folder.ts';
import { CACHE_DIR } from '../../cache/named-folder.ts';
import { type StoreStats, statsOf } from '../../cache/stats.ts';
import { StoreFolder } from '../../cache/store-folder.ts';
import { clear, type Swept, sweep } from '../../cache/sweep.ts';
import type { Config } from '../../config/config.ts';
import { formatCount, plural, printable } from '../../present/format.ts';
import type { Probed } from '../../remote/probe.ts';
import { padEnd } from '../../ui/layout.ts';
import type { GlobalFlags } from '../options.ts';
import { howItIs, probeRemote } from '../remote-cache.ts';
import { configOf, type Ended, print, printJson, type Session } from '../session.ts';

interface CacheFlags extends GlobalFlags {
  /** Milliseconds. */
  older?: number;
  json?: boolean;
}

export default async function cache(session: Session<CacheFlags>, action?: 'clear'): Promise<Ended> {
  const { older, json = false } = session.flags;
  if (older !== undefined && action === undefined)
    return fail({ message: '`--older` is for `ptask cache clear`', hint: 'ptask cache clear --older 7d' });
  const config = await configOf(session);
  if (!config.ok) return config;
  const place = cacheFolderOf(config.value);
  if (place === undefined)
    return fail({
      message: 'there is no folder that the cache could be written to',
      hint: `name one with \`cache.dir\` in the config, or ${CACHE_DIR}`,
    });
  const store = new StoreFolder(place.folder, place.mode);
  if (action === undefined) {
    const stats = statsOf(store);
    const remote = await probeRemote(config.value);
    if (!remote.ok) return remote;
    if (json) await printJson(session, factsOf(store.path, stats, config.value.cache, remote.value));
    else await print(session, tableOf(session, store.path, stats, config.value.cache, remote.value));
    return 0;
  }
  const removed =
    older === undefined ? clear(store) : sweep(store, { maxSize: Number.POSITIVE_INFINITY, maxAgeMs: older });
  if (json) await printJson(session, { schemaVersion: 1, folder: store.path, removed });
  else await print(session, whatWent(session, removed));
  return 0;
}

type Bounds = Pick<Config['cache'], 'maxSize' | 'maxAgeMs'>;

const isoOf = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();

function factsOf(
  folder: string,
  stats: StoreStats,
  { maxSize, maxAgeMs }: Bounds,
  remote: Probed | undefined,
): object {
  const { results, tasks, bytes, hits, lastUsedAt } = stats;
  return {
    ...{ schemaVersion: 1, folder, results, tasks, bytes },
    maxBytes: Number.isFinite(maxSize) ? maxSize : null,
    maxAgeMs,
    hits: hits.count,
    hitsSince: isoOf(hits.since),
    lastUsedAt: isoOf(lastUsedAt),
    ...(remote && { remote: { ...remote, problem: remote.problem ?? null } }),
  };
}

function tableOf(
  { out }: Session,
  folder: string,
  stats: StoreStats,
  { maxSize }: Bounds,
  remote: Probed | undefined,
): string {
  const { results, tasks, bytes, hits, lastUsedAt } = stats;
  const remotely = remote && (['remote', printable(`${remote.url} ${howItIs(remote)}`)] as const);
  const table = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([name, value]) => `${out.colors.bold(padEnd(name, 8))}  ${value}\n`).join('');
  if (results === 0)
    return `the cache is empty: ${printable(folder)}\n${remotely === undefined ? '' : table([remotely])}`;
  const most = Number.isFinite(maxSize) ? ` of at most ${formatBytes(maxSize)}` : '';
  const since = hits.since === undefined ? '' : ` since ${isoOf(hits.since)?.slice(0, 10)}`;
  const rows = [
    ['folder', printable(folder)],
    ['results', `${formatCount(results)}, of ${plural(tasks, 'task')}`],
    ['size', `${formatBytes(bytes)}${most}`],
    ['hits', `${formatCount(hits.count)}${since}`],
    ['last use', `${isoOf(lastUsedAt)?.slice(0, 16).replace('T', ' ')} UTC`],
  ] as const;
  return table(remotely === undefined ? rows : [...rows, remotely]);
}

function whatWent({ out }: Session, { results, bytes }: Swept): string {
  if (results === 0 && bytes === 0) return 'nothing to remove\n';
  const mark = out.colors.green(out.unicode ? '✔' : 'ok');
  return `${mark} removed ${plural(results, 'result')}, ${formatBytes(bytes)}\n`;
}
