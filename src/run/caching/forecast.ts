// What the cache would have of the tasks of a plan, were it run now: nothing is run but the commands of `cache.tools`, and nothing is
// changed.

import type { CacheStore } from '../../cache/cache-store.ts';
import { whyNotCached } from '../../cache/difference.ts';
import { MadeFiles } from '../../cache/made.ts';
import type { TaskRecord } from '../../cache/record.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { Config, Task } from '../../config/config.ts';
import { readDotenv } from '../../config/dotenv.ts';
import { remoteCacheFor } from '../../config/remote-cache.ts';
import type { Forecast } from '../../model/forecast.ts';
import type { Plan, PlannedTask } from '../../model/plan.ts';
import { carriesFailure, groupsBefore } from '../../model/task-pairs.ts';
import { StatCache } from '../../store/stat-cache.ts';
import { handedOverBy } from '../agents/task-outputs.ts';
import { maskerFor } from '../masking/masking.ts';
import { secretsOfServers } from '../masking/server-secrets.ts';
import { baseEnvironment, type Environment, inheritedEnvironment } from '../process/environment.ts';
import { settingsOf } from '../process/strict-environment.ts';
import { Lookups } from './lookups.ts';
import type { RemoteForecast } from './remote-forecast.ts';
import { readSaid, type Said } from './said.ts';
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
  const forecaster = new Forecaster(config, options, await remoteOf(config, options));
  /** Those that would run, and those of which that is not known. */
  const open = new Set<string>();
  const tellOf = async ({ id }: PlannedTask): Promise<Forecast> => {
    const task = byId.get(id) as Task;
    const first = before(id)
      .flatMap((group) => [...group.after(id)])
      .find((other) => open.has(other));
    const told = await forecaster.of(task, first);
    // What needs a service is looked for without it.
    const isOpen = (task.run.length > 0 && task.service === undefined) || first !== undefined;
    if (told.state !== 'hit' && isOpen) open.add(id);
    return told;
  };
  const forecasts: Forecast[] = [];
  try {
    // A server answers many questions in the time of one.
    for (const phase of plan.phases.keys()) {
      const tasks = plan.tasks.filter((task) => task.phase === phase);
      forecasts.push(...(await Promise.all(tasks.map(tellOf))));
    }
  } finally {
    forecaster.close();
  }
  return forecasts;
}

/** What is wrong with what is written of it is said by whoever runs. */
async function remoteOf(config: Config, { env }: ForecastOptions): Promise<RemoteForecast | undefined> {
  const written = remoteCacheFor(config.cache.remote, env);
  if (!written.ok || written.value === undefined) return undefined;
  const { RemoteForecast } = await import('./remote-forecast.ts');
  const dotenv = readDotenv(config, 'regular').values;
  return new RemoteForecast(config, written.value, { outer: env, dotenv });
}

class Forecaster {
  readonly #options: ForecastOptions;
  readonly #remote: RemoteForecast | undefined;
  readonly #statCache: StatCache;
  readonly #view: TreeView;
  readonly #lookups: Lookups;
  /** What those that are hits hand over. */
  readonly #handed = new Map<string, string>();

  constructor(config: Config, options: ForecastOptions, remote: RemoteForecast | undefined) {
    const dotenv = readDotenv(config, 'regular').values;
    const sharedEnv = baseEnvironment(config, options.env, false, dotenv);
    const settings = settingsOf(config, inheritedEnvironment(config, options.env, dotenv), dotenv);
    const masker = maskerFor(config, sharedEnv, secretsOfServers(config, options.env, dotenv));
    this.#options = options;
    this.#remote = remote;
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
    const name = taskName(prefix, id);
    const record = store?.read(name, known.key);
    const said = store && record && readSaid(store, record);
    if (record !== undefined && said !== undefined) return { ...known, ...this.#hit(id, record, said) };
    const remote = await this.#remote?.of(task, found);
    if (remote !== undefined)
      return { ...known, ...this.#hit(id, remote.record, remote.said), isRemote: true };
    const because =
      store === undefined
        ? ['there is no place for the cache']
        : whyNotCached(store, name, found.key.parts()).because;
    return { ...known, state: 'miss', because: [...because, ...this.#remotely()] };
  }

  /** Why what is not cached here does not come from the remote cache, a clause. */
  #remotely(): string[] {
    if (this.#remote === undefined) return [];
    const { failure } = this.#remote;
    if (failure === undefined) return ['the remote cache does not have its result'];
    return [`the remote cache could not be asked: ${failure}`];
  }

  #hit(
    id: string,
    record: TaskRecord,
    { values, notes }: Pick<Said, 'values' | 'notes'>,
  ): Pick<Forecast, 'state' | 'because' | 'savedMs' | 'storedAt'> {
    this.#handed.set(id, handedOverBy(values, notes));
    this.#suppose(record);
    return { state: 'hit', because: [], savedMs: record.durationMs, storedAt: record.storedAt };
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
    this.#remote?.close();
    this.#statCache.save();
  }
}
