// The public API. Silent: it prints nothing, ends no process and listens to no signals.

import type { Result } from './base/result.ts';
import type { Config } from './config/config.ts';
import type { LoadOptions } from './config/config-file.ts';
import { loadConfig as load } from './config/load.ts';
import type { Plan } from './model/plan.ts';
import type { PlanOptions } from './plan/options.ts';
import { planWithWriters } from './plan/plan-with-writers.ts';
import { type RecordedRun, recordRun } from './report/record.ts';
import type { RunOptions } from './run/records/options.ts';

export type { Diagnostic, Place } from './base/diagnostic.ts';
export type { Holder } from './base/lock.ts';
export type { Result } from './base/result.ts';
export type { Config, Task } from './config/config.ts';
export type { LoadOptions } from './config/config-file.ts';
export type { Event } from './model/event.ts';
export type { Plan } from './model/plan.ts';
export type { Report } from './model/report.ts';
export type { WrittenConfig } from './model/written-config.ts';
export type { PlanOptions } from './plan/options.ts';
export type { RecordedRun } from './report/record.ts';
export type { CacheUse, Choice, LentTerminal, Recovered, RunOptions } from './run/records/options.ts';

/** Finds, reads and validates a config. Every problem of the file comes back at once. */
export async function loadConfig(options: LoadOptions = {}): Promise<Result<Config>> {
  return load(options);
}

/** Finds every conflict between the tasks and decides what runs when. Runs nothing. */
export async function plan(config: Config, options: PlanOptions = {}): Promise<Result<Plan>> {
  return planWithWriters(config, options);
}

/**
 * Runs a plan made of this config. `options.onEvent` hears what happens; the report says how it ended. A result that is
 * not ok means that nothing ran.
 */
export async function run(
  config: Config,
  plan: Plan,
  options: RunOptions = {},
): Promise<Result<RecordedRun>> {
  return recordRun(config, plan, options);
}
