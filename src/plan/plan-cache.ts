// The last plan, remembered in a cache file for as long as the config and all folders that it looked at stay as they
// were. A plan depends on nothing else; see plan.ts.

import { createHash } from 'node:crypto';
import { lstatSync, writeFileSync } from 'node:fs';
import { buildId } from '../base/build-id.ts';
import { readCache, writeCache } from '../base/cache-file.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import { ignoresCase, linksOf } from './file-system.ts';
import type { DirectoryCache } from './listing-cache.ts';
import type { PlanOptions } from './options.ts';

const FILE = 'plan';
/** Groups and notes; to read more of them takes longer than to find them again. */
const MOST_REMEMBERED = 50_000;

interface Kept {
  key: string;
  /** All links that the listing came by: where they lead is not said by the folder they lie in. */
  links: string[];
  plan: Plan;
}

/** The plan that was made of the same; undefined when there is none or it cannot be told. */
export function recallPlan(config: Config, options: PlanOptions, memory: DirectoryCache): Plan | undefined {
  const state = memory.unchanged();
  if (state === undefined) return undefined;
  try {
    const kept = JSON.parse(String(readCache(config.root, FILE))) as Kept;
    return kept.key === keyOf(config, options, state, kept.links) ? kept.plan : undefined;
  } catch {
    return undefined;
  }
}

/** To be called when the plan is made, with the memory that it was made with. */
export function rememberPlan(plan: Plan, config: Config, options: PlanOptions, memory: DirectoryCache): void {
  const state = memory.save();
  const { conflicts, edges, notes } = plan;
  if (state === undefined || conflicts.length + edges.length + notes.length > MOST_REMEMBERED) return;
  const links = memory.links();
  const key = keyOf(config, options, state, links);
  writeCache(config.root, FILE, (handle) => {
    writeFileSync(handle, JSON.stringify({ key, links, plan } satisfies Kept));
  });
}

/** The config's inode and times are among it, so that what was remembered of another file is never taken for this one's. */
function keyOf(config: Config, options: PlanOptions, state: string, links: readonly string[]): string {
  const { root } = config;
  const file = lstatSync(config.file, { throwIfNoEntry: false });
  const written = [file?.ino, file?.dev, file?.mtimeMs, file?.ctimeMs];
  const names = [ignoresCase(root), linksOf(root, links)];
  const capacities = [...config.resources];
  const all = [buildId(), written, state, names, options, capacities, config];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
