// The plan of a config: the one that is remembered, else one that is decided now. What deciding takes is read only then.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import { DirectoryCache } from './listing-cache.ts';
import type { PlanOptions } from './options.ts';
import { recallPlan, rememberPlan } from './plan-cache.ts';

/** Makes the plan, or says what stands against it. Of the disk it knows the names of files only. */
export async function makePlan(config: Config, options: PlanOptions = {}): Promise<Result<Plan>> {
  const memory = new DirectoryCache(config.root);
  const known = recallPlan(config, options, memory);
  if (known !== undefined) return ok(known);
  const { decide } = await import('./decide.ts');
  const decided = decide(config, options, memory);
  if (decided.ok) {
    rememberPlan(decided.plan, config, options, memory);
    return ok(decided.plan);
  }
  memory.save();
  return fail(...decided.problems(await config.places()));
}
