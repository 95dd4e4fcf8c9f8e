// The tasks that a command is for, from its words and flags, and their plan. What only some flags take is loaded where they are given.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions, Selection } from '../plan/options.ts';
import { planWithGit } from '../plan/plan-with-git.ts';
import type { PlanFlags } from './options.ts';
import { print, printJson, type Session } from './session.ts';

export interface Chosen {
  /** With the arguments that were handed over to its task. */
  config: Config;
  plan: Plan;
  /** Why there is nothing to do, a sentence without a full stop; `isBroken` where that is not for the best. */
  nothing?: string;
  isBroken?: boolean;
}

export async function planChosen(
  { flags }: Session<PlanFlags>,
  config: Config,
  words: readonly string[],
): Promise<Result<Chosen>> {
  const {
    strategy,
    requireStrategy,
    tag: tags,
    except,
    only,
    withWriters,
    withDependents,
    passedOn = [],
  } = flags;
  const selection: Selection = { tasks: words, tags, except, only, withWriters, withDependents };
  const options = { strategy, requireStrategy };
  if (isNarrowed(flags)) {
    const { planNarrowed } = await import('./choose-narrowed.ts');
    const narrowed = await planNarrowed(flags, config, selection, options);
    if (!narrowed.ok) return narrowed;
    const { plan, nothing } = narrowed.value;
    if (passedOn.length === 0 || nothing !== undefined) return ok({ config, ...narrowed.value });
    const given = await handOver(config, { tasks: narrowed.value.tasks }, passedOn);
    return given.ok ? ok({ config: given.value, plan }) : given;
  }
  const given = passedOn.length === 0 ? ok(config) : await handOver(config, selection, passedOn);
  if (!given.ok) return given;
  const plan = await planOf(config, { ...selection, ...options });
  return plan.ok ? ok({ config: given.value, plan: plan.value }) : plan;
}

/** Who asks for all has all writers. */
async function planOf(config: Config, options: PlanOptions): Promise<Result<Plan>> {
  const { tasks = [], tags = [], except = [] } = options;
  if (tasks.length + tags.length + except.length === 0) return planWithGit(config, options);
  const { planWithWriters } = await import('../plan/plan-with-writers.ts');
  return planWithWriters(config, options);
}

/** One line, or the empty plan. */
export async function tellNothing(
  session: Session<PlanFlags>,
  { plan, nothing, isBroken }: Chosen,
): Promise<number> {
  if (session.flags.json) await printJson(session, plan);
  else if (!session.flags.quiet || isBroken) await print(session, `${nothing}\n`);
  return isBroken ? 1 : 0;
}

/** Whether it takes more than the config to know which tasks are meant. */
const isNarrowed = ({ affected, since, rerunFailed }: PlanFlags): boolean =>
  affected === true || since !== undefined || rerunFailed === true;

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
