// The remote cache of a run, where one is configured. Loaded only then.

import { join } from 'node:path';
import { CacheStore } from '../../cache/cache-store.ts';
import type { RemoteCache } from '../../config/config.ts';
import { RemoteFailure } from '../../remote/failure.ts';
import { mayWrite } from '../../remote/may-write.ts';
import { openEndpoint } from '../../remote/open-endpoint.ts';
import { openServer } from '../../remote/open-server.ts';
import { saidByServer } from '../masking/said-by-server.ts';
import type { RunContext } from '../records/context.ts';
import type { CacheUse } from '../records/options.ts';
import { RemoteTier } from './remote-tier.ts';

export interface OpenedRemote {
  tier: RemoteTier;
  /** What comes from there, and what is sent, lies there meanwhile. */
  store: CacheStore;
}

/** @param local where results are kept here; undefined where they are not */
export function openRemote(
  { config, folder, outer, dotenv, stop, emit }: RunContext,
  written: RemoteCache,
  local: CacheStore | undefined,
  { remote: use = {} }: CacheUse,
): OpenedRemote | { problem: string } | undefined {
  const reads = use.reads ?? true;
  const writes = use.writes ?? mayWrite(written.write, outer).writes;
  if (!reads && !writes) return undefined;
  const failed = (reason: string, isRead: boolean): void =>
    emit({ type: 'remote-cache-failed', url: written.url, reason, isRead });
  const problem = (reason: string): { problem: string } => {
    failed(reason, false);
    return { problem: reason };
  };
  const opened = openEndpoint(written, { ...dotenv, ...outer }, config.root);
  if (!opened.ok) return problem(opened.reason);
  const own = join(folder.state, 'remote');
  const store = local ?? new CacheStore(join(own, 'cache'));
  const told = saidByServer(opened.endpoint.headers);
  try {
    const server = openServer(opened.endpoint, folder.id);
    const mostBytes = config.cache.maxSize;
    const storing = (results: number): void =>
      emit({ type: 'remote-cache-storing', url: written.url, results });
    const heard = { stop, failed, storing, told };
    const tier = new RemoteTier({ mostBytes, server, store, folder: own, reads, writes, ...heard });
    return { tier, store };
  } catch (error) {
    if (error instanceof RemoteFailure) return problem(told(error.message));
    throw error;
  }
}
