// The last plan, remembered in a cache file for as long as the config and all folders that it looked at stay as they
// were. A plan depends on nothing else; see plan.ts.

import { writeFileSync } from 'node:fs';
import { readCache, writeCache } from '../base/cache-file.ts';
import type { Config } from '../config/config.ts';
import { revisionOf } from '../config/remembered.ts';
import type { Plan } from '../model/plan.ts';
import { ignoresCase, linksOf } from './file-system.ts';
import type { DirectoryCache } from './listing-cache.ts';
import type { PlanOptions } from './options.ts';

const FILE = 'plan';
/** Groups and notes; to read more of them takes longer than to find them again. */
const MOST_REMEMBERED = 50_000;

interface Kept {
  key: Key;
  /** All links that the listing came by: where they lead is not said by the folder they lie in. */
  links: string[];
  plan: Plan;
}

/** The plan that was made of the same; undefined when there is none or it cannot be told. */
export function recallPlan(config: Config, options: PlanOptions, memory: DirectoryCache): Plan | undefined {
  const revision = revisionOf(config);
  if (revision === undefined) return undefined;
  const state = memory.unchanged();
  if (state === undefined) return undefined;
  try {
    const kept = JSON.parse(String(readCache(config.root, FILE))) as Kept;
    const key = keyOf(config, options, { revision, state, links: kept.links });
    return JSON.stringify(kept.key) === JSON.stringify(key) ? kept.plan : undefined;
  } catch {
    return undefined;
  }
}

/** To be called when the plan is made, with the memory that it was made with. */
export function rememberPlan(plan: Plan, config: Config, options: PlanOptions, memory: DirectoryCache): void {
  const revision = revisionOf(config);
  const state = memory.save();
  const { conflicts, edges, notes } = plan;
  if (revision === undefined || state === undefined) return;
  if (conflicts.length + edges.length + notes.length > MOST_REMEMBERED) return;
  const links = memory.links();
  const key = keyOf(config, options, { revision, state, links });
  writeCache(config.root, FILE, (handle) => {
    writeFileSync(handle, JSON.stringify({ key, links, plan } satisfies Kept));
  });
}

type Key = unknown[];

/** What the tasks are is said by their revision; the rest of the config may have been changed by flags. */
function keyOf(
  config: Config,
  options: PlanOptions,
  { revision, state, links }: { revision: string; state: string; links: readonly string[] },
): Key {
  const { root, tasks, resources, ...rest } = config;
  const names = [ignoresCase(root), linksOf(root, links)];
  return [revision, state, names, options, [...resources], root, rest];
}
