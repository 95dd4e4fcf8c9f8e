// The tasks that did not pass in the last run of this work tree.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { ChosenBecause } from '../model/plan.ts';
import { openRun } from './past-runs.ts';

export interface Failed {
  rerunOf: string;
  because: Map<string, ChosenBecause>;
  /** The first validation step that failed, where no task has. */
  brokenStep?: string;
}

/** Those that are still in the config. What only gathers others failed with these, and does nothing itself. */
export function failedTasks({ root, tasks }: Config): Result<Failed> {
  const past = openRun(root, undefined);
  if (!past.ok) return past;
  const { report } = past.value;
  const does = new Set(tasks.filter(({ run }) => run.length > 0).map(({ id }) => id));
  const because = new Map<string, ChosenBecause>();
  for (const { id, status } of report.tasks)
    if (status !== 'passed' && does.has(id)) because.set(id, { kind: 'failed', status });
  const broken = report.validation.find(({ status }) => status === 'failed')?.name;
  return ok({ rerunOf: report.id, because, ...(broken !== undefined && { brokenStep: broken }) });
}
