// What the cache has of the tasks of a plan, as the commands ask for it.

import { cacheStoreOf } from '../cache/cache-folder.ts';
import type { Config } from '../config/config.ts';
import { findRepository } from '../git/repository.ts';
import type { Forecast } from '../model/forecast.ts';
import type { Plan } from '../model/plan.ts';
import { forecast } from '../run/caching/forecast.ts';

export function forecastsOf(config: Config, plan: Plan): Promise<Forecast[]> {
  const prefix = findRepository(config.root)?.prefix ?? '';
  return forecast(config, plan, { store: cacheStoreOf(config), prefix, env: process.env });
}
