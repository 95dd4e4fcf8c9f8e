// A run whose report is kept: the logs are written as the events come, and the report stands beside the journal at the end.

import { join } from 'node:path';
import { replaceFile } from '../base/own-files.ts';
import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { markdown } from '../present/markdown.ts';
import { reportDocument } from '../present/report-document.ts';
import type { PlanRunOptions } from '../run/recorded-run.ts';
import { bestEffort } from '../run/records/run-folder.ts';
import { runPlan } from '../run/run.ts';
import { RunState } from '../state/run-state.ts';
import { LiveLogs } from './live-logs.ts';
import { reportOf } from './report.ts';

export interface RecordedRun {
  report: Report;
  /** Absolute path of the run's folder. */
  folder: string;
  /** What went wrong beside the tasks, as sentences: a report that could not be written, say. */
  warnings: string[];
}

/** Runs the plan and writes its logs, and at its end `report.json` and `report.md`, into the run's folder. */
export async function recordRun(
  config: Config,
  plan: Plan,
  options: PlanRunOptions = {},
): Promise<Result<RecordedRun>> {
  let recorded: { state: RunState; logs: LiveLogs } | undefined;
  const ran = await runPlan(config, plan, {
    ...options,
    onEvent(event) {
      if (event.type === 'run-started') {
        const state = new RunState(event);
        recorded = { state, logs: new LiveLogs(state, config, options.env ?? process.env) };
      } else {
        recorded?.state.apply(event);
        recorded?.logs.hear(event);
      }
      options.onEvent?.(event);
    },
  });
  if (!ran.ok) return ran;
  const { folder, warnings, mayHaveChanged } = ran.value;
  const { path } = folder;
  if (recorded === undefined) throw new Error('a run that has ended has begun');
  const incomplete = recorded.logs.end();
  const report = reportOf(recorded.state);
  const unwritten = bestEffort('the report cannot be written', () => {
    replaceFile(join(path, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`, {
      isLasting: mayHaveChanged,
    });
    replaceFile(join(path, 'report.md'), markdown(reportDocument(report)));
  });
  const more = unwritten === undefined ? [] : [unwritten];
  return ok({ report, folder: path, warnings: [...warnings, ...incomplete, ...more] });
}
