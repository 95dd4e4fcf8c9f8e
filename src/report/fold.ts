// Events become a report. Pure, and the only way to one: the live report and the one folded from the journal are equal.

import type { Event } from '../model/event.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { Report, TaskReport, ValidationReport } from '../model/report.ts';
import { outputName } from '../run/run-folder.ts';
import { criticalPath } from './critical-path.ts';
import { cleanupOf, integrationOf, restoredOf, undoneBy } from './integration.ts';
import { gather, idleMs, type Seen } from './seen.ts';

/**
 * Folds the events of one run, in order, into its report. The first must be `run-started`; that there is none is a bug
 * of the caller and throws. A run whose events stop before `run-finished` was killed: it counts as interrupted, lasted
 * until its last event, and what it never finished is cancelled. A task that passed and was put back later is rolled
 * back. A task's duration, and so the critical path, is the time from its first attempt to its end; its waits in between
 * (for the next attempt, for its turn to be integrated, for a slot to run again) and what it did for a result that was
 * dropped are part of that, and are no work.
 */
export function foldReport(events: Iterable<Event>): Report {
  const seen = gather(events);
  const { run } = seen;
  const tasks = run.plan.tasks.map((task) => taskReport(task, seen));
  const validation = seen.validation.map((step) => validationReport(step, seen));

  const worked = ({ id, durationMs }: TaskReport) => Math.max(0, durationMs - idleMs(seen, id, seen.lastAt));
  // While a result waits for its turn nobody has to wait for the task itself.
  const spans = new Map(
    tasks.map((task) => [task.id, task.workspace === 'worktree' ? worked(task) : task.durationMs]),
  );
  const path = criticalPath(run.plan, (id) => spans.get(id) ?? 0);
  const workMs = sum(tasks.map(worked)) + sum(validation.map(({ durationMs }) => durationMs));
  const { letter, name } = run.plan.strategy;
  return {
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
}

function taskReport({ id, phase, workspace }: PlannedTask, seen: Seen): TaskReport {
  const result = seen.results.get(id);
  const starts = seen.starts.get(id);
  const startedAt = starts?.first.at;
  const place = { phase, ...(startedAt !== undefined && { startedAt }) };
  const log = outputName(id);
  const branch = result?.branch ?? seen.branches.get(id);
  const where = { workspace, ...(branch !== undefined && { branch }) };
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
  };
}

function validationReport(
  { name, startedAt, result }: Seen['validation'][number],
  seen: Seen,
): ValidationReport {
  if (result) {
    const { status, reason, durationMs, exitCode, log, output } = result;
    return { name, status, ...(reason !== undefined && { reason }), durationMs, exitCode, log, output };
  }
  const durationMs = startedAt === undefined ? 0 : Math.max(0, seen.lastAt - startedAt);
  const stopped = !seen.ended || seen.interrupted || startedAt !== undefined;
  return { name, status: 'skipped', reason: stopped ? ending(seen) : 'not every task passed', durationMs };
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
