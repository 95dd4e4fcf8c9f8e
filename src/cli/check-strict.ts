// `ptask check --strict`: which files tasks read and do not declare, by running them without.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { reasonOf } from '../base/system-limits.ts';
import type { Config, Task } from '../config/config.ts';
import type { StrictCheck } from '../model/strict-check.ts';
import { planWithGit } from '../plan/plan-with-git.ts';
import { chooseTasks } from '../plan/select.ts';
import { allAgree, strictCheck, strictChecks } from '../present/strict-check.ts';
import { runStrictChecks } from '../run/strict-check/strict-checks.ts';
import { blockLines, itemLines } from '../ui/document-lines.ts';
import { lookOf } from '../ui/layout.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import type { CheckFlags } from './options.ts';
import { maskerOf } from './secrets.ts';
import { type Ended, print, printJson, type Session } from './session.ts';

export async function checkStrictly(
  session: Session<CheckFlags>,
  config: Config,
  names: readonly string[],
): Promise<Ended> {
  const chosen = await tasksToCheck(config, names);
  if (!chosen.ok) return chosen;
  const { json = false } = session.flags;
  const masker = await maskerOf(config);
  const look = lookOf(session.out);
  const shown = (lines: readonly string[]): Promise<void> =>
    json ? Promise.resolve() : print(session, lines.map((line) => `${line}\n`).join(''));
  const signals = watchSignals();
  const onChecked = (check: StrictCheck): void =>
    void shown(blockLines(strictCheck(masker.all(check)), look));
  const checked = await runStrictChecks(config, chosen.value, {
    ...{ env: process.env, ...signals.aborts, onChecked },
  }).catch((error) => fail({ message: `the tasks could not be checked: ${reasonOf(error)}` }));
  signals.release();
  if (signals.received() !== undefined) return dieOf(signals.received());
  if (!checked.ok) return checked;
  const checks = checked.value.map((check) => masker.all(check));
  if (json) await printJson(session, { schemaVersion: 1, tasks: checks });
  else if (checks.length === 0) await shown(['no task both runs commands and declares what it reads']);
  else if (checks.length > 1) {
    const mark = allAgree(checks) ? 'passed' : 'failed';
    await shown(['', ...itemLines({ text: strictChecks(checks), mark }, look)]);
  }
  return allAgree(checks) ? 0 : 1;
}

/** In the order in which a run has them; those that are named must be such as can be checked. */
async function tasksToCheck(config: Config, names: readonly string[]): Promise<Result<Task[]>> {
  const chosen = chooseTasks(config, { tasks: names });
  if (!chosen.ok) return chosen;
  const named = chosen.value;
  const problems = names.length === 0 ? [] : named.flatMap((task) => whyNot(task) ?? []);
  if (problems.length > 0) return fail(...problems);
  const plan = await planWithGit(config);
  if (!plan.ok) return plan;
  const order = plan.value.phases.flatMap(({ tasks }) => tasks);
  const wanted = named.filter((task) => whyNot(task) === undefined);
  return ok(wanted.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)));
}

function whyNot({ id, run, reads, assignment, review }: Task): Diagnostic | undefined {
  const message = (why: string): Diagnostic => ({ message: `\`${id}\` cannot be checked: ${why}` });
  if (assignment !== undefined) return message('an agent does it');
  if (review !== undefined) return message('an agent reviews it');
  if (run.length === 0) return message('it runs nothing itself');
  if (reads.length === 0)
    return { ...message('it declares no `reads`'), hint: 'say what it reads, as globs' };
  return undefined;
}
