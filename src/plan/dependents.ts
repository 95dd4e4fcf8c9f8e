// Who gets something else once some tasks have run: chosen along with them where that is asked for.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { ChosenBecause } from '../model/plan.ts';
import { addFollowing } from './affected.ts';
import { makePlan } from './plan.ts';

/**
 * @param chosen with the reason for each
 * @param isExcepted who is not to run
 */
export async function withDependents(
  config: Config,
  chosen: ReadonlyMap<string, ChosenBecause>,
  isExcepted: (id: string) => boolean,
): Promise<Result<Map<string, ChosenBecause>>> {
  // Whatever strategy is asked for: who comes after whom is the same.
  const plan = await makePlan(config, config.strategy === 'auto' ? {} : { strategy: 'auto' });
  if (!plan.ok) return plan;
  const found = new Map(chosen);
  // One that only gathers others would bring all that it gathers, and so would who comes after it.
  const gathers = new Set(config.tasks.flatMap(({ id, run }) => (run.length === 0 ? [id] : [])));
  addFollowing(found, plan.value, (id) => gathers.has(id) || isExcepted(id));
  return ok(found);
}
