// The state of a run becomes its report. Pure, and the only way to one: the live report and the one from the journal are equal.

import type { Report, ServiceReport, TaskReport, ValidationReport } from '../model/report.ts';
import { outputName, taskLogName } from '../run/records/run-folder.ts';
import { cacheTotals } from '../state/cached.ts';
import { tenths } from '../state/interval.ts';
import type { StepState, TaskState } from '../state/items.ts';
import { type Measures, measure } from '../state/measures.ts';
import type { RunState } from '../state/run-state.ts';
import {
  eventsOf,
  hasTaskLog,
  notesOf,
  outputsOf,
  outsideOf,
  reviewsOf,
  rolledBackFor,
  straysOf,
} from '../state/task-facts.ts';
import { cleanupOf, integrationOf } from './integration.ts';
import { suggestionsOf } from './suggestions.ts';

/**
 * A run without an end was killed: it counts as interrupted, lasted until its last event, and what it never finished is
 * cancelled. A task that passed and was put back later is rolled back. A task's duration is the time from its first
 * attempt to its end; its waits in between (for the next attempt, for its turn to be integrated, for a slot to run again)
 * and what it did for a result that was dropped are part of that, and are no work.
 */
export function reportOf(state: RunState): Report {
  const { started, restored, firstFailure } = state;
  const measures = measure(state);
  const tasks = state.tasks.map((task) => taskReport(state, task, measures));
  const validation = state.steps.map((step) => validationReport(state, step));
  const cache = cacheTotals(tasks);
  const { letter, name } = started.plan.strategy;
  const report: Report = {
    schemaVersion: 2,
    id: started.id,
    strategy: { letter, name },
    status: statusOf(state, tasks, validation),
    startedAt: started.startedAt,
    concurrency: started.concurrency,
    durationMs: measures.wallMs,
    workMs: measures.workMs,
    criticalPathMs: measures.criticalPath.ms,
    criticalPath: measures.criticalPath.tasks,
    speedup: measures.speedup,
    ...(firstFailure !== undefined && { firstFailure }),
    ...(started.resume !== undefined && { resume: started.resume }),
    tasks,
    ...(cache !== undefined && { cache }),
    integration: integrationOf(state),
    validation,
    ...(restored && { restored: { files: restored.files, left: restored.left } }),
    cleanup: cleanupOf(state),
  };
  const suggestions = suggestionsOf(report, started.plan, measures);
  return { ...report, ...(suggestions.length > 0 && { suggestions }) };
}

function taskReport(state: RunState, task: TaskState, { waits }: Measures): TaskReport {
  const { id, planned, workspace, branch, startedAt, result, cached } = task;
  const outside = outsideOf(task);
  const waited = waits.get(id);
  return {
    id,
    ...outcomeOf(state, task),
    phase: planned.phase,
    ...(startedAt !== undefined && { startedAt }),
    durationMs: result?.durationMs ?? lasted(state, task),
    attempts: result?.attempts ?? task.attempt,
    exitCode: result?.exitCode ?? null,
    ...(result?.signal !== undefined && { signal: result.signal }),
    workspace,
    ...(planned.raw && { raw: true as const }),
    ...(branch !== undefined && { branch }),
    filesChanged: result?.filesChanged ?? [],
    strays: straysOf(task),
    ...(result?.verify !== undefined && { verify: result.verify }),
    output: result?.output ?? { bytes: 0, tail: [] },
    log: outputName(id),
    ...saidOf(task),
    ...(outside !== undefined && { outside }),
    ...(waited !== undefined && { waits: waited }),
    ...(cached !== undefined && { cached }),
    ...(task.remote !== undefined && { remote: task.remote }),
    ...(task.remoteDenied !== undefined && { remoteDenied: task.remoteDenied }),
    ...(planned.service !== undefined && { service: serviceOf(state, task) }),
  };
}

function serviceOf({ at }: RunState, task: TaskState): ServiceReport {
  const { startedAt = at, readyAt, result, planned } = task;
  return {
    ...(readyAt !== undefined && {
      readyMs: tenths(readyAt - startedAt),
      upMs: tenths((result?.at ?? at) - readyAt),
    }),
    ...(planned.service?.lasts && { lasts: true }),
  };
}

function outcomeOf(state: RunState, task: TaskState): Pick<TaskReport, 'status' | 'reason' | 'because'> {
  const { result } = task;
  if (result === undefined) return { status: 'cancelled', reason: ending(state) };
  const culprit = rolledBackFor(state, task);
  if (culprit !== undefined) return { status: 'rolled-back', reason: `${culprit} failed`, because: culprit };
  const { status, reason, because } = result;
  return { status, ...(reason !== undefined && { reason }), ...(because !== undefined && { because }) };
}

/** What was said of a task beside its result. */
function saidOf(task: TaskState): Partial<TaskReport> {
  const { agent, prompt } = eventsOf(task, 'task-started').at(-1) ?? {};
  const [reviews, notes, outputs] = [reviewsOf(task), notesOf(task), outputsOf(task)];
  return {
    ...(agent !== undefined && { agent }),
    ...(prompt !== undefined && { prompt }),
    ...(reviews.length > 0 && { reviews }),
    ...(notes.length > 0 && { notes }),
    ...(outputs.length > 0 && { outputs }),
    ...(hasTaskLog(task) && { taskLog: taskLogName(task.id) }),
  };
}

function validationReport(state: RunState, step: StepState): ValidationReport {
  const { id: name, startedAt, result, blame } = step;
  const more = { ...(startedAt !== undefined && { startedAt }), ...(blame !== undefined && { blame }) };
  if (result) {
    const { status, reason, durationMs, exitCode, log, output } = result;
    const why = reason !== undefined && { reason };
    return { name, status, ...why, durationMs, exitCode, log, output, ...more };
  }
  const stopped = state.endedAt === undefined || state.isInterrupted || startedAt !== undefined;
  const reason = stopped ? ending(state) : 'not every task passed';
  return { name, status: 'skipped', reason, durationMs: lasted(state, step), ...more };
}

/** How long something went on that has no result. */
const lasted = ({ at }: RunState, { startedAt = at }: { startedAt?: number }): number =>
  Math.max(0, at - startedAt);

function ending({ endedAt, isInterrupted }: RunState): string {
  if (endedAt === undefined) return 'the run was killed';
  return isInterrupted ? 'the run was interrupted' : 'the run ended';
}

function statusOf(
  { endedAt, isInterrupted }: RunState,
  tasks: TaskReport[],
  validation: ValidationReport[],
): Report['status'] {
  if (endedAt === undefined || isInterrupted) return 'interrupted';
  if (validation.some(({ status }) => status === 'failed')) return 'failed';
  const passed = tasks.filter(({ status }) => status === 'passed').length;
  if (passed === tasks.length) return 'complete';
  return passed > 0 ? 'partial' : 'failed';
}
