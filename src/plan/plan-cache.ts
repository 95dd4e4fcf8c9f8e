// The last plans, each remembered in a cache file for as long as the config and all folders that it looked at stay as they
// were. A plan depends on nothing else but what is asked for; see plan.ts.

import { writeFileSync } from 'node:fs';
import { readCache, tidyCache, writeCache } from '../base/cache-file.ts';
import { fnv64 } from '../base/checksum.ts';
import type { Config, Task } from '../config/config.ts';
import { revisionOf } from '../config/remembered.ts';
import type { Plan } from '../model/plan.ts';
import { ignoresCase, linksOf } from './file-system.ts';
import type { DirectoryCache } from './listing-cache.ts';
import type { PlanOptions } from './options.ts';

const FILE = 'plan-';
/** People ask for all tasks, then for one, then for all again. */
const MOST_PLANS = 8;
/** Groups and notes; to read more of them takes longer than to find them again. */
const MOST_REMEMBERED = 50_000;

interface Kept {
  key: Key;
  /** All links that the listing came by: where they lead is not said by the folder they lie in. */
  links: string[];
  plan: Omit<Plan, 'tasks'> & { tasks: KeptTask[] };
}

type PlannedTask = Plan['tasks'][number];

/** Without what the config says. */
type KeptTask = Omit<PlannedTask, 'description' | 'reads' | 'writes'>;

const keptTask = ({ description: _d, reads: _r, writes: _w, ...kept }: PlannedTask): KeptTask => kept;

/** As the plan was made, in the order of its keys. */
function planOf({ tasks, ...plan }: Kept['plan'], config: Config): Plan {
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const planned = tasks.map(({ id, phase, workspace, ...kept }): PlannedTask => {
    const { description, reads, writes } = byId.get(id) as Task;
    return { id, ...(description === '' ? {} : { description }), phase, workspace, reads, writes, ...kept };
  });
  const { schemaVersion, strategy, phases, ...rest } = plan;
  return { schemaVersion, strategy, phases, tasks: planned, ...rest };
}

/** The plan that was made of the same; undefined when there is none or it cannot be told. */
export function recallPlan(config: Config, options: PlanOptions, memory: DirectoryCache): Plan | undefined {
  const revision = revisionOf(config);
  if (revision === undefined) return undefined;
  const state = memory.unchanged();
  if (state === undefined) return undefined;
  try {
    const kept = JSON.parse(String(readCache(config.root, fileOf(config, options)))) as Kept;
    const key = keyOf(config, options, { revision, state, links: kept.links });
    return JSON.stringify(kept.key) === JSON.stringify(key) ? planOf(kept.plan, config) : undefined;
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
  writeCache(config.root, fileOf(config, options), (handle) => {
    const kept: Kept = { key, links, plan: { ...plan, tasks: plan.tasks.map(keptTask) } };
    writeFileSync(handle, JSON.stringify(kept));
  });
  tidyCache(config.root, FILE, MOST_PLANS);
}

/** By what is asked for. */
export const fileOf = (config: Config, options: PlanOptions): string =>
  FILE + fnv64(JSON.stringify([options, besideTasks(config)]));

function besideTasks({ root, tasks, resources, ...rest }: Config): object {
  return rest;
}

type Key = unknown[];

/** What the tasks are is said by their revision; the rest of the config may have been changed by flags. */
function keyOf(
  config: Config,
  options: PlanOptions,
  { revision, state, links }: { revision: string; state: string; links: readonly string[] },
): Key {
  const { root, resources } = config;
  const names = [ignoresCase(root), linksOf(root, links)];
  return [revision, state, names, options, [...resources], root, besideTasks(config)];
}
