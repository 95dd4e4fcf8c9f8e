// Events become a report. Pure, and the only way to one: the live report and the one folded from the journal are equal.

import type { Event } from '../model/event.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { Report, TaskReport, ValidationReport, Wait } from '../model/report.ts';
import { outputName, taskLogName } from '../run/records/run-folder.ts';
import { adviceOf } from './advice.ts';
import { criticalPath } from './critical-path.ts';
import { cleanupOf, integrationOf, restoredOf, undoneBy } from './integration.ts';
import { gather, idleMs, type Seen } from './seen.ts';
import { waitsOf } from './waits.ts';

/**
 * Folds the events of one run, in order, into its report. The first must be `run-started`; that there is none is a bug
 * of the caller and throws. A run whose events stop before `run-finished` was killed: it counts as interrupted, lasted
 * until its last event, and what it never finished is cancelled. A task that passed and was put back later is rolled
 * back. A task's duration is the time from its first attempt to its end; its waits in between (for the next attempt, for
 * its turn to be integrated, for a slot to run again) and what it did for a result that was dropped are part of that,
 * and are no work. The critical path is a chain of work, so it is never longer than all of it, nor than the run.
 */
export function foldReport(events: Iterable<Event>): Report {
  const seen = gather(events);
  const { run } = seen;
  const waits = waitsOf(run.plan, seen.courses, run.concurrency);
  const tasks = run.plan.tasks.map((task) => taskReport(task, seen, waits.get(task.id)));
  const validation = seen.validation.map((step) => validationReport(step, seen));

  const work = new Map(
    tasks.map(({ id, durationMs }) => [id, Math.max(0, durationMs - idleMs(seen, id, seen.lastAt))]),
  );
  const workOf = (id: string): number => work.get(id) ?? 0;
  // To look for who broke a step would have taken as long after tasks that ran one after the other.
  const searched = ({ durationMs, blame }: ValidationReport) => durationMs + (blame?.durationMs ?? 0);
  const path = criticalPath(run.plan, workOf);
  const workMs = sum([...work.values()]) + sum(validation.map(searched));
  const { letter, name } = run.plan.strategy;
  const report: Report = {
    schemaVersion: 1,
    id: run.id,
    strategy: { letter, name },
    status: statusOf(seen, tasks, validation),
    startedAt: run.startedAt,
    concurrency: run.concurrency,
    durationMs: seen.lastAt,
    workMs,
    criticalPathMs: path.ms,
    criticalPath: path.tasks,
    speedup: speedup(workMs, seen.lastAt),
    ...(seen.firstFailure !== undefined && { firstFailure: seen.firstFailure }),
    ...(run.resume !== undefined && { resume: run.resume }),
    tasks,
    integration: integrationOf(seen),
    validation,
    ...restoredOf(seen),
    cleanup: cleanupOf(seen),
  };
  const advice = adviceOf(report, run.plan, { courses: seen.courses, workOf });
  return { ...report, ...(advice.length > 0 && { advice }) };
}

function taskReport(
  { id, phase, workspace }: PlannedTask,
  seen: Seen,
  waits: Wait[] | undefined,
): TaskReport {
  const result = seen.results.get(id);
  const starts = seen.starts.get(id);
  const startedAt = starts?.first.at;
  const place = { phase, ...(startedAt !== undefined && { startedAt }) };
  const log = outputName(id);
  const branch = result?.branch ?? seen.branches.get(id);
  const where = { workspace, ...(branch !== undefined && { branch }) };
  const outside = seen.outside.get(id);
  const story = {
    ...toldOf(id, seen),
    ...(outside !== undefined && { outside }),
    ...(waits !== undefined && { waits }),
  };
  if (result) {
    const { durationMs, attempts, exitCode, signal, filesChanged, strays, verify, output } = result;
    const { status, reason, because } = { ...result, ...undoneBy(seen, id) };
    return {
      id,
      status,
      ...(reason !== undefined && { reason }),
      ...(because !== undefined && { because }),
      ...place,
      durationMs,
      attempts,
      exitCode,
      ...(signal !== undefined && { signal }),
      ...where,
      filesChanged,
      strays,
      ...(verify !== undefined && { verify }),
      output,
      log,
      ...story,
    };
  }
  return {
    id,
    status: 'cancelled',
    reason: ending(seen),
    ...place,
    durationMs: startedAt === undefined ? 0 : Math.max(0, seen.lastAt - startedAt),
    attempts: starts?.latest.attempt ?? 0,
    exitCode: null,
    ...where,
    filesChanged: [],
    strays: [],
    output: { bytes: 0, tail: [] },
    log,
    ...story,
  };
}

/** What was told of a task beside its result. A task that never began has no log of its own. */
function toldOf(id: string, { starts, told }: Seen): Partial<TaskReport> {
  const { agent, prompt } = starts.get(id)?.latest ?? {};
  const { reviews = [], notes = [], outputs = [] } = told.get(id) ?? {};
  return {
    ...(agent !== undefined && { agent }),
    ...(prompt !== undefined && { prompt }),
    ...(reviews.length > 0 && { reviews }),
    ...(notes.length > 0 && { notes }),
    ...(outputs.length > 0 && { outputs }),
    ...(starts.has(id) && { taskLog: taskLogName(id) }),
  };
}

function validationReport(
  { name, startedAt, result, blame }: Seen['validation'][number],
  seen: Seen,
): ValidationReport {
  const more = { ...(startedAt !== undefined && { startedAt }), ...(blame !== undefined && { blame }) };
  if (result) {
    const { status, reason, durationMs, exitCode, log, output } = result;
    const why = reason !== undefined && { reason };
    return { name, status, ...why, durationMs, exitCode, log, output, ...more };
  }
  const durationMs = startedAt === undefined ? 0 : Math.max(0, seen.lastAt - startedAt);
  const stopped = !seen.ended || seen.interrupted || startedAt !== undefined;
  const reason = stopped ? ending(seen) : 'not every task passed';
  return { name, status: 'skipped', reason, durationMs, ...more };
}

function ending({ ended, interrupted }: Seen): string {
  if (!ended) return 'the run was killed';
  return interrupted ? 'the run was interrupted' : 'the run ended';
}

function statusOf(seen: Seen, tasks: TaskReport[], validation: ValidationReport[]): Report['status'] {
  if (!seen.ended || seen.interrupted) return 'interrupted';
  if (validation.some(({ status }) => status === 'failed')) return 'failed';
  const passed = tasks.filter(({ status }) => status === 'passed').length;
  if (passed === tasks.length) return 'complete';
  return passed > 0 ? 'partial' : 'failed';
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Measured work over wall time, to two decimals; 1 where nothing took any time. */
function speedup(workMs: number, durationMs: number): number {
  if (workMs <= 0 || durationMs <= 0) return 1;
  return Math.round((workMs / durationMs) * 100) / 100;
}
