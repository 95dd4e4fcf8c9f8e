// The tasks that a command is for, from its words and flags, and their plan.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { Selection } from '../plan/options.ts';
import { planWithGit } from '../plan/plan-with-git.ts';
import type { PlanFlags } from './options.ts';
import type { Session } from './session.ts';

export interface Chosen {
  /** With the arguments that were handed over to its task. */
  config: Config;
  plan: Plan;
}

/** Parts that only some need are loaded where they are. */
export async function planChosen(
  { flags }: Session<PlanFlags>,
  config: Config,
  words: readonly string[],
): Promise<Result<Chosen>> {
  const { strategy, requireStrategy, tag: tags, except, only, passedOn = [] } = flags;
  const selection: Selection = { tasks: words, tags, except, only };
  const given = passedOn.length === 0 ? ok(config) : await handOver(config, selection, passedOn);
  if (!given.ok) return given;
  const plan = await planWithGit(config, { ...selection, strategy, requireStrategy });
  return plan.ok ? ok({ config: given.value, plan: plan.value }) : plan;
}

async function handOver(
  config: Config,
  selection: Selection,
  passedOn: readonly string[],
): Promise<Result<Config>> {
  const [{ chooseTasks }, { withArguments }] = await Promise.all([
    import('../plan/select.ts'),
    import('./task-arguments.ts'),
  ]);
  const chosen = chooseTasks(config, selection);
  return chosen.ok ? withArguments(config, chosen.value, passedOn) : chosen;
}
