// The tasks that are affected by what has changed, as git tells.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { changesSince } from '../git/changes.ts';
import { shownFromTop } from '../git/prefix.ts';
import { findRepository } from '../git/repository.ts';
import type { Chosen, ChosenBecause } from '../model/plan.ts';
import { affectedTasks } from './affected.ts';
import { survey } from './list-inputs.ts';
import { DirectoryCache } from './listing-cache.ts';
import { makePlan } from './plan.ts';

export interface Affected extends Required<Pick<Chosen, 'comparedWith' | 'changedFiles'>> {
  because: Map<string, ChosenBecause>;
}

/** @param ref undefined: the default branch */
export async function affectedSince(config: Config, ref: string | undefined): Promise<Result<Affected>> {
  const repository = findRepository(config.root);
  if (repository === undefined)
    return fail({
      message: 'only git knows what has changed, and there is no repository here',
      hint: 'name the tasks to run',
    });
  // Whatever strategy is asked for: who comes after whom is the same.
  const plan = await makePlan(config, config.strategy === 'auto' ? {} : { strategy: 'auto' });
  if (!plan.ok) return plan;
  const changes = await changesSince(repository, ref);
  if ('why' in changes) return fail({ message: changes.why, hint: changes.hint });
  const lists = config.tasks.flatMap(({ reads, writes }) => [reads, writes]);
  const { identity } = survey(config.root, lists, new DirectoryCache(config.root));
  const paths = changes.paths.map((path) => shownFromTop(repository.prefix, path)).sort();
  const because = affectedTasks({ config, plan: plan.value, paths, identity });
  const comparedWith = { ref: changes.ref, commit: changes.commit };
  return ok({ because, comparedWith, changedFiles: paths.length });
}
