// What the cache would have of the tasks of a plan, were it run now: nothing is run but the commands of `cache.tools`, and nothing is
// changed.

import type { CacheStore } from '../../cache/cache-store.ts';
import { whyNotCached } from '../../cache/difference.ts';
import { MadeFiles } from '../../cache/made.ts';
import type { TaskRecord } from '../../cache/record.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { Config, Task } from '../../config/config.ts';
import { readDotenv } from '../../config/dotenv.ts';
import type { Forecast } from '../../model/forecast.ts';
import type { Plan } from '../../model/plan.ts';
import { carriesFailure, groupsBefore } from '../../model/task-pairs.ts';
import { StatCache } from '../../store/stat-cache.ts';
import { handedOverBy } from '../agents/task-outputs.ts';
import { maskerFor } from '../masking/masking.ts';
import { secretsOfServers } from '../masking/server-secrets.ts';
import { baseEnvironment, type Environment, inheritedEnvironment } from '../process/environment.ts';
import { settingsOf } from '../process/strict-environment.ts';
import { Lookups } from './lookups.ts';
import { readSaid } from './said.ts';
import { Surroundings } from './surroundings.ts';
import { taskName } from './task-name.ts';

export interface ForecastOptions {
  store: CacheStore | undefined;
  /** The config's folder in its repository. */
  prefix: string;
  /** What a run would inherit. */
  env: Environment;
}

/** In an order in which each task comes after those before it. */
export async function forecast(config: Config, plan: Plan, options: ForecastOptions): Promise<Forecast[]> {
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const before = groupsBefore(plan.edges.filter(({ because }) => carriesFailure(because)));
  const forecaster = new Forecaster(config, options);
  /** Those that would run, and those of which that is not known. */
  const open = new Set<string>();
  const forecasts: Forecast[] = [];
  for (const { id } of [...plan.tasks].sort((a, b) => a.phase - b.phase)) {
    const task = byId.get(id) as Task;
    const first = before(id)
      .flatMap((group) => [...group.after(id)])
      .find((other) => open.has(other));
    const told = await forecaster.of(task, first);
    // What needs a service is looked for without it.
    const isOpen = (task.run.length > 0 && task.service === undefined) || first !== undefined;
    if (told.state !== 'hit' && isOpen) open.add(id);
    forecasts.push(told);
  }
  forecaster.close();
  return forecasts;
}

class Forecaster {
  readonly #options: ForecastOptions;
  readonly #statCache: StatCache;
  readonly #view: TreeView;
  readonly #lookups: Lookups;
  /** What those that are hits hand over. */
  readonly #handed = new Map<string, string>();

  constructor(config: Config, options: ForecastOptions) {
    const dotenv = readDotenv(config, 'regular').values;
    const sharedEnv = baseEnvironment(config, options.env, false, dotenv);
    const settings = settingsOf(config, inheritedEnvironment(config, options.env, dotenv), dotenv);
    const masker = maskerFor(config, sharedEnv, secretsOfServers(config, options.env, dotenv));
    this.#options = options;
    this.#statCache = new StatCache(config.root);
    this.#view = new TreeView(config.root, this.#statCache);
    const surroundings = new Surroundings(
      { config, sharedEnv, settings, masker },
      this.#statCache,
      (id) => this.#handed.get(id) ?? '',
    );
    const made = new MadeFiles(config.root);
    this.#lookups = new Lookups({
      ...{ config, surroundings, made, view: this.#view, statCache: this.#statCache },
    });
  }

  /** @param first a task before it that would run */
  async of(task: Task, first: string | undefined): Promise<Forecast> {
    const { store, prefix } = this.#options;
    const { id, cache, service } = task;
    if (!cache.isOn)
      return {
        id,
        state: 'off',
        because: [
          cache.reason ??
            (service ? 'it is a service' : 'the cache is off for it; `cache: true` turns it on'),
        ],
      };
    if (first !== undefined) return { id, state: 'unknown', because: [`${first} runs before it`] };
    const found = await this.#lookups.of(task);
    if (!found.ok) return { id, state: 'miss', because: [found.reason] };
    const known = { id, key: found.key.digest.hash, inputs: found.inputs.entries.size };
    if (store === undefined) return { ...known, state: 'miss', because: ['there is no place for the cache'] };
    const name = taskName(prefix, id);
    const record = store.read(name, known.key);
    const said = record && readSaid(store, record);
    if (record === undefined || said === undefined)
      return { ...known, state: 'miss', because: whyNotCached(store, name, found.key.parts()).because };
    this.#handed.set(id, handedOverBy(said.values, said.notes));
    this.#suppose(record);
    const { durationMs: savedMs, storedAt } = record;
    return { ...known, state: 'hit', because: [], savedMs, storedAt };
  }

  /** Those after it find its result. */
  #suppose({ changes }: TaskRecord): void {
    for (const change of changes) {
      const { path } = change;
      if (change.kind === 'file')
        this.#view.suppose(path, { ...change, print: `0:${change.size}:${change.mode}:0:0` });
      else if (change.kind === 'link') this.#view.suppose(path, { ...change, print: '0:0:0:0:0' });
      else if (change.kind === 'absent') this.#view.suppose(path, 'absent');
    }
  }

  close(): void {
    this.#statCache.save();
  }
}
