// What a report says about things that went wrong, in the order in which a person asks for it: the first cause, the
// further ones, and then what was held back on their account.

import type { Output, Report, TaskReport } from '../model/report.ts';
import { type Collision, collisionsOf, isUnresolved } from '../state/collisions.ts';
import { causeOf } from './sentences.ts';

export interface Failure {
  kind: 'task' | 'validation';
  name: string;
  /** Why, with its exit code or signal: `its verify failed, exit code 1`. */
  cause: string;
  /** Its changes were undone. */
  rolledBack: boolean;
  durationMs: number;
  attempts: number;
  output: Output;
  /** Relative to the folder of the run; undefined where nothing was kept. */
  log: string | undefined;
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
  const tasks = report.tasks
    .filter(hasFailed)
    .sort((a, b) => ended(a) - ended(b))
    .map(
      (task): Failure => ({
        kind: 'task',
        name: task.id,
        cause: causeOf(task),
        rolledBack: task.status === 'rolled-back',
        ...measured(task),
      }),
    );
  const validation = report.validation
    .filter(({ status }) => status === 'failed')
    .map(
      (step): Failure => ({
        kind: 'validation',
        name: step.name,
        cause: causeOf(step),
        rolledBack: false,
        ...measured(step),
      }),
    );
  const all = [...tasks, ...validation];
  const first = all.findIndex(({ name }) => name === report.firstFailure);
  return first > 0 ? [...all.splice(first, 1), ...all] : all;
}

/** Failed by itself: a task that was rolled back on account of another had passed. */
const hasFailed = ({ status, because }: TaskReport): boolean =>
  status === 'failed' || (status === 'rolled-back' && because === undefined);

type Measured = Pick<TaskReport, 'durationMs'> & { attempts?: number; output?: Output; log?: string };

function measured({ durationMs, attempts = 1, output, log }: Measured) {
  return { durationMs, attempts, output: output ?? { bytes: 0, tail: [] }, log };
}

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

/** How many there are of each status. */
export function countBy<S extends string>(items: readonly { status: S }[]): Record<S, number> {
  const counts = { passed: 0, failed: 0, 'rolled-back': 0, skipped: 0, cancelled: 0 } as Record<S, number>;
  for (const { status } of items) counts[status] += 1;
  return counts;
}

/** The conflicts that nothing has decided; the run stopped on their account. */
export const unresolvedOf = ({ integration }: Pick<Report, 'integration'>): Collision[] =>
  collisionsOf(integration.conflicts.filter(isUnresolved));
