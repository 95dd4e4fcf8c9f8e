// What the cache would have of the tasks of a plan, were it run now: nothing is run but the commands of `cache.tools`, and nothing is
// changed.

import type { CacheStore } from '../../cache/cache-store.ts';
import { whyNotCached } from '../../cache/difference.ts';
import { MadeFiles } from '../../cache/made.ts';
import type { TaskRecord } from '../../cache/record.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { Config, Task } from '../../config/config.ts';
import { readDotenv } from '../../config/dotenv.ts';
import type { Plan } from '../../model/plan.ts';
import { carriesFailure, groupsBefore } from '../../model/task-pairs.ts';
import type { Entry } from '../../store/image.ts';
import { StatCache } from '../../store/stat-cache.ts';
import { handedOverBy } from '../agents/task-outputs.ts';
import { maskerFor } from '../masking/masking.ts';
import { baseEnvironment, type Environment } from '../process/environment.ts';
import { Lookups } from './lookups.ts';
import { readSaid } from './said.ts';

export interface Forecast {
  id: string;
  /** `unknown`: as long as a task before it has not run. `off`: it is not cached. */
  state: 'hit' | 'miss' | 'unknown' | 'off';
  key?: string;
  /** Why it is no hit, a clause each. */
  because: string[];
  /** Of a hit: how long the task took, and when its result was kept, in milliseconds since 1970. */
  savedMs?: number;
  storedAt?: number;
  /** How many files its key is made from. */
  inputs?: number;
}

/** In the order of the plan's tasks. @param prefix the config's folder in its repository */
export async function forecast(
  config: Config,
  plan: Plan,
  { store, prefix, env: outer }: { store: CacheStore | undefined; prefix: string; env: Environment },
): Promise<Forecast[]> {
  const dotenv = readDotenv(config, 'regular').values;
  const sharedEnv = baseEnvironment(config, outer, false, dotenv);
  const statCache = new StatCache(config.root);
  const view = new TreeView(config.root, statCache);
  const handed = new Map<string, string>();
  const lookups = new Lookups(
    { config, sharedEnv, dotenvNames: Object.keys(dotenv), masker: maskerFor(config, sharedEnv) },
    {
      ...{ view, statCache, made: new MadeFiles(config.root) },
      handedOver: (id) => handed.get(id) ?? '',
    },
  );
  const before = groupsBefore(plan.edges.filter(({ because }) => carriesFailure(because)));
  const open = new Set<string>();
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const forecasts: Forecast[] = [];
  for (const { id } of inOrder(plan)) {
    const task = byId.get(id) as Task;
    const waitsFor = before(id)
      .flatMap((group) => [...group.after(id)])
      .find((other) => open.has(other));
    const [told, record] = await tell(task, waitsFor);
    forecasts.push(told);
    if (told.state !== 'hit' && task.run.length > 0) open.add(id);
    if (told.state !== 'hit' && waitsFor !== undefined) open.add(id);
    if (record === undefined) continue;
    for (const change of record.changes) {
      if (change.kind === 'file')
        view.suppose(change.path, {
          ...change,
          print: `0:${change.size}:${change.mode}:0:0`,
        } satisfies Entry);
      else if (change.kind === 'link') view.suppose(change.path, { ...change, print: '0:0:0:0:0' });
      else if (change.kind === 'absent') view.suppose(change.path, 'absent');
    }
  }
  statCache.save();
  return forecasts;

  async function tell(task: Task, waitsFor: string | undefined): Promise<[Forecast, TaskRecord?]> {
    const { id, cache } = task;
    if (!cache.isOn) return [{ id, state: 'off', because: [cache.reason ?? 'the config has no `cache`'] }];
    if (waitsFor !== undefined) return [{ id, state: 'unknown', because: [`${waitsFor} runs before it`] }];
    const found = await lookups.of(task);
    if (!found.ok) return [{ id, state: 'miss', because: [found.reason] }];
    const key = found.key.digest.hash;
    const inputs = found.inputs.entries.size;
    const name = `${prefix}\0${id}`;
    const record = store?.read(name, key);
    const said = record && store && readSaid(store, record);
    if (record === undefined || said === undefined) {
      const because =
        store === undefined
          ? ['there is no place for the cache']
          : whyNotCached(store, name, found.key.parts());
      return [{ id, state: 'miss', key, inputs, because }];
    }
    handed.set(id, handedOverBy(said.values, said.notes));
    const { durationMs: savedMs, storedAt } = record;
    return [{ id, state: 'hit', key, inputs, savedMs, storedAt, because: [] }, record];
  }
}

const inOrder = ({ tasks }: Plan): Plan['tasks'] => [...tasks].sort((a, b) => a.phase - b.phase);
