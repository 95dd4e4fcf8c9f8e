// Of the tasks that are asked for only those that something has happened to: a file of theirs has changed, or they did not pass.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Chosen, ChosenBecause, Plan } from '../model/plan.ts';
import { affectedSince } from '../plan/affected-since.ts';
import { emptyPlan } from '../plan/chosen.ts';
import type { PlanOptions, Selection } from '../plan/options.ts';
import { planWithWriters } from '../plan/plan-with-writers.ts';
import { chooseTasks } from '../plan/select.ts';
import { baseOf } from '../present/chosen.ts';
import { plural } from '../present/format.ts';
import { failedTasks } from './choose-failed.ts';
import type { PlanFlags } from './options.ts';

type Reasons = ReadonlyMap<string, ChosenBecause>;
type About = Omit<Chosen, 'tasks'>;

export interface Narrowed {
  plan: Plan;
  /** Those that were chosen. */
  tasks: string[];
  /** Why it has no task, a sentence without a full stop; `isBroken` where that is not for the best. */
  nothing?: string;
  isBroken?: boolean;
}

export async function planNarrowed(
  flags: PlanFlags,
  config: Config,
  selection: Selection,
  options: PlanOptions,
): Promise<Result<Narrowed>> {
  const named = chooseTasks(config, selection);
  if (!named.ok) return named;
  const found: Reasons[] = [];
  let about: About = {};
  let brokenStep: string | undefined;
  if (flags.affected || flags.since !== undefined) {
    const affected = await affectedSince(config, flags.since);
    if (!affected.ok) return affected;
    const { because, ...compared } = affected.value;
    found.push(because);
    about = { ...about, ...compared };
  }
  if (flags.rerunFailed) {
    const failed = failedTasks(config);
    if (!failed.ok) return failed;
    found.push(failed.value.because);
    brokenStep = failed.value.brokenStep;
    about = { ...about, rerunOf: failed.value.rerunOf };
  }
  const tasks = named.value.map(({ id }) => id).filter((id) => found.every((reasons) => reasons.has(id)));
  if (tasks.length === 0) {
    const nothing = whyNothing(about, brokenStep);
    return ok({ tasks, plan: emptyPlan(about), nothing, isBroken: brokenStep !== undefined });
  }
  const because = new Map(tasks.map((id) => [id, found[0]?.get(id) as ChosenBecause]));
  const asked = { ...selection, ...options, tasks, tags: [] };
  const plan = await planWithWriters(config, asked, { because, about });
  return plan.ok ? ok({ tasks, plan: plan.value }) : plan;
}

function whyNothing({ comparedWith, changedFiles = 0, rerunOf }: About, brokenStep?: string): string {
  if (brokenStep !== undefined)
    return `every task that was asked for passed in run ${rerunOf}, and its validation step ${brokenStep} failed: \`ptask\` runs all again`;
  if (comparedWith === undefined)
    return `nothing to run again: all that was asked for passed in run ${rerunOf}`;
  const since = baseOf(comparedWith);
  return changedFiles === 0
    ? `nothing to run: no file has changed since ${since}`
    : `nothing to run: no task is affected by ${plural(changedFiles, 'file')} changed since ${since}`;
}
