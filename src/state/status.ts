// The statuses of a task or a validation step as they are shown, and how many are in each.

/**
 *   waiting ──▶ running ──▶ verifying ──▶ passed
 *      │          ▲  └──────────┴───┬───▶ failed, rolled-back
 *      │       retrying ◀───────────┤
 *      └────────────────────────────┴───▶ skipped, cancelled
 *
 * A service is serving from when it is ready until it ends: running ──▶ serving ──▶ passed, failed, rolled-back, cancelled.
 *
 * A task with a worktree of its own has only run when its commands have ended:
 *
 *   running, verifying ──▶ ran ──▶ integrating ──▶ passed, failed, rolled-back, cancelled
 *   waiting ◀──────────── collided ─────┘
 */
export type Status =
  | 'waiting'
  | 'running'
  | 'verifying'
  | 'retrying'
  | 'serving'
  | 'ran'
  | 'integrating'
  | 'passed'
  | 'failed'
  | 'rolled-back'
  | 'skipped'
  | 'cancelled';

export type Counts = Record<Status, number>;

export const noCounts = (): Counts => ({
  waiting: 0,
  running: 0,
  verifying: 0,
  retrying: 0,
  serving: 0,
  ran: 0,
  integrating: 0,
  passed: 0,
  failed: 0,
  'rolled-back': 0,
  skipped: 0,
  cancelled: 0,
});

/** What a task's status may be when it has its result. */
const OVER = ['passed', 'failed', 'rolled-back', 'skipped', 'cancelled'] as const;

/** It has a slot. */
export const isRunning = (status: Status): boolean => status === 'running' || status === 'verifying';
export const isOver = (status: Status): boolean => (OVER as readonly Status[]).includes(status);

/** How many of them have their result. */
export const countOver = (counts: Counts): number => OVER.reduce((sum, status) => sum + counts[status], 0);
export const countRunning = (counts: Counts): number => counts.running + counts.verifying;
/** They have run, and their results are not in the shared tree yet. */
export const countToIntegrate = (counts: Counts): number => counts.ran + counts.integrating;
/** Failed, whatever became of what they did. */
export const countFailed = (counts: Counts): number => counts.failed + counts['rolled-back'];
