// What a report says of its tasks and steps alike, and of what went wrong in the order in which a person asks for it: the
// first cause, the further ones, and then what was held back on their account.

import type { Cached, Output, Report, TaskReport, ValidationReport } from '../model/report.ts';
import { hitOf } from '../state/cached.ts';
import { type Collision, collisionsOf, isUnresolved } from '../state/collisions.ts';
import { causeOf, type Ended } from './sentences.ts';

/**
 * Only where all of the work was done and is there can a run be compared with what it would have been one task at a time:
 * of what failed, was rolled back or never began nobody knows how long it would have taken, and speedup and critical path
 * would speak of half a run. Nor where a service was up for as long as somebody liked, nor where all of it came from the cache: to fetch it is hardly work.
 */
export const isComparable = ({ status, tasks }: Pick<Report, 'status' | 'tasks'>): boolean =>
  status === 'complete' &&
  !tasks.some(({ service }) => service?.lasts) &&
  (tasks.length === 0 || tasks.some((task) => !hitOf(task)));

/** A task or a validation step, as far as both have the same. */
export interface Work {
  kind: 'task' | 'validation';
  name: string;
  status: TaskReport['status'];
  reason: string | undefined;
  durationMs: number;
  attempts: number;
  output: Output;
  /** Relative to the folder of the run; undefined where nothing was kept. */
  log: string | undefined;
  /** What it printed went to the terminal and was not kept. */
  isRaw: boolean;
  /** Where its result came from the cache. */
  hit: Cached | undefined;
}

/** Tasks first, so that a validation step of the same name does not hide one. */
export const worksOf = ({ tasks, validation }: Report): Work[] => [
  ...tasks.map(({ id, ...task }) => workOf('task', id, task)),
  ...validation.map(({ name, ...step }) => workOf('validation', name, step)),
];

function workOf(
  kind: Work['kind'],
  name: string,
  { status, reason, durationMs, log, ...rest }: Omit<TaskReport, 'id'> | Omit<ValidationReport, 'name'>,
): Work {
  const output = rest.output ?? { bytes: 0, tail: [] };
  return {
    kind,
    name,
    status,
    reason,
    durationMs,
    log,
    output,
    attempts: 'attempts' in rest ? rest.attempts : 1,
    isRaw: 'raw' in rest && rest.raw === true,
    hit: 'attempts' in rest ? hitOf({ status, ...rest }) : undefined,
  };
}

export interface Failure extends Work {
  /** Why, with its exit code or signal: `its verify failed, exit code 1`. */
  cause: string;
  /** Its changes were undone. */
  rolledBack: boolean;
}

/** Tasks that share why they did not run to their end. */
export interface HeldBack {
  status: 'skipped' | 'rolled-back' | 'cancelled';
  /** `because api failed`, `because the run was killed`. */
  because: string;
  tasks: string[];
}

/** Every failed task and validation step: what failed first, then the tasks as they ended, then the steps. */
export function failuresOf(report: Report): Failure[] {
  const ended = (task: TaskReport) => (task.startedAt ?? 0) + task.durationMs;
  const all = [
    ...report.tasks
      .filter(hasFailed)
      .sort((a, b) => ended(a) - ended(b))
      .map((task) => failureOf(task, workOf('task', task.id, task))),
    ...report.validation
      .filter(({ status }) => status === 'failed')
      .map((step) => failureOf(step, workOf('validation', step.name, step))),
  ];
  const first = all.findIndex(({ name }) => name === report.firstFailure);
  return first > 0 ? [...all.splice(first, 1), ...all] : all;
}

const failureOf = (end: Ended, work: Work): Failure => ({
  ...work,
  cause: causeOf(end),
  rolledBack: work.status === 'rolled-back',
});

/** Failed by itself: a task that was rolled back on account of another had passed. */
const hasFailed = ({ status, because }: TaskReport): boolean =>
  status === 'failed' || (status === 'rolled-back' && because === undefined);

const HELD_BACK: readonly TaskReport['status'][] = ['skipped', 'rolled-back', 'cancelled'];

/** Tasks that did not fail and whose results are not there, by why, the groups in the order in which their first task is declared. */
export function heldBack(report: Report): HeldBack[] {
  const statuses = new Map(report.tasks.map(({ id, status }) => [id, status]));
  const groups = new Map<string, HeldBack>();
  for (const task of report.tasks) {
    const { id, status, because, reason } = task;
    if (status === 'passed' || status === 'failed' || hasFailed(task)) continue;
    const why =
      because !== undefined ? `${because} ${verb(statuses.get(because))}` : (reason ?? 'the run ended');
    const key = `${status} ${why}`;
    const group = groups.get(key);
    if (group) group.tasks.push(id);
    else groups.set(key, { status, because: `because ${why}`, tasks: [id] });
  }
  return [...groups.values()].sort((a, b) => HELD_BACK.indexOf(a.status) - HELD_BACK.indexOf(b.status));
}

function verb(status: TaskReport['status'] | undefined): string {
  if (status === 'skipped' || status === 'cancelled') return `was ${status}`;
  return 'failed';
}

const STATUSES = ['passed', 'failed', 'rolled-back', 'skipped', 'cancelled'] as const;

/** How many there are of each status that there is. */
export const countsOf = (
  items: readonly Pick<TaskReport, 'status'>[],
): [status: TaskReport['status'], count: number][] =>
  STATUSES.map((each): [TaskReport['status'], number] => [
    each,
    items.filter(({ status }) => status === each).length,
  ]).filter(([, count]) => count > 0);

/** The conflicts that nothing has decided; the run stopped on their account. */
export const unresolvedOf = ({ integration }: Pick<Report, 'integration'>): Collision[] =>
  collisionsOf(integration.conflicts.filter(isUnresolved));
