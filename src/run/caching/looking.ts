// What is needed of the cache where a task is not known to be in place, or runs.

import type { CacheStore } from '../../cache/cache-store.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { RunContext } from '../records/context.ts';
import { Hits, type HitsOptions } from './hits.ts';
import { Keeping, type KeepingOptions } from './keeping.ts';
import { Lookups, type LookupsOptions } from './lookups.ts';
import type { RemoteTier } from './remote-tier.ts';

export interface LookingOptions
  extends Omit<HitsOptions, 'store'>,
    Pick<LookupsOptions, 'surroundings'>,
    Pick<KeepingOptions, 'briefings'> {
  /** Undefined where there is none to take from, or none to keep in. */
  from: CacheStore | undefined;
  to: CacheStore | undefined;
  remote: { tier: RemoteTier; store: CacheStore } | undefined;
}

export interface Looking {
  lookups: Lookups;
  hits: Hits | undefined;
  /** What another machine has, in a store on this one. */
  remote: { tier: RemoteTier; hits: Hits } | undefined;
  keeping: Keeping;
}

export function openLooking(context: RunContext, options: LookingOptions): Looking {
  const { config } = context;
  const { surroundings, briefings, from, to, remote, ...rest } = options;
  const { shared, made } = rest;
  const { statCache } = shared;
  const view = new TreeView(config.root, statCache);
  const lookups = new Lookups({ config, surroundings, view, statCache, made });
  return {
    lookups,
    hits: from && new Hits({ ...rest, store: from }),
    remote: remote && { tier: remote.tier, hits: new Hits({ ...rest, store: remote.store }) },
    keeping: new Keeping(context, { lookups, made, statCache, briefings, store: to, remote: remote?.tier }),
  };
}
