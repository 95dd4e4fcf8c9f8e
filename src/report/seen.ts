// What the events of a run say, before anything is concluded from them.

import type {
  Event,
  RunCleaned,
  RunStarted,
  RunStopping,
  TaskCollided,
  TaskFinished,
  TaskStarted,
  TreeRestored,
  ValidationFinished,
} from '../model/event.ts';
import type { Blame, HandedOver, Note, OutsideChange, Review } from '../model/report.ts';
import { runsAgain } from './collisions.ts';
import { type Courses, endCourses, noteCourse } from './course.ts';
import { withoutWorktree } from './denied.ts';

export interface Seen {
  run: RunStarted;
  /** The time of the latest event, those that the journal leaves out not counted. */
  lastAt: number;
  ended: boolean;
  interrupted: boolean;
  /** Why the run stopped, the first time that it was said. */
  stopping?: RunStopping;
  firstFailure?: string;
  starts: Map<string, { first: TaskStarted; latest: TaskStarted }>;
  /** Since when a task does nothing, and how much of its time before that was no work. */
  idle: Map<string, { since: number | undefined; ms: number }>;
  /** The branches on which isolated tasks work. */
  branches: Map<string, string>;
  /** The tasks that could have no worktree, and why. */
  denied: Map<string, string>;
  /** When each task did what. */
  courses: Courses;
  /** What the tasks have told, and was told of them, beside their results. */
  told: Map<string, Told>;
  collisions: TaskCollided[];
  /** What tasks have changed beyond the trees that they work in. */
  outside: Map<string, OutsideChange[]>;
  /** In the order in which the tasks ended. */
  results: Map<string, TaskFinished>;
  /** All that was put back: a run may roll back one task and then another. */
  restored?: { tasks: Set<string>; files: number; left: Set<string> };
  cleaned?: RunCleaned;
  /** In the order in which the steps are run, which is that of `run.validation`. */
  validation: SeenStep[];
}

export interface Told {
  reviews: Review[];
  notes: Note[];
  outputs: HandedOver[];
}

export interface SeenStep {
  name: string;
  startedAt?: number;
  result?: ValidationFinished;
  blame?: Blame;
}

/** Throws where the first event is not `run-started`. Stops at `run-finished`. */
export function gather(events: Iterable<Event>): Seen {
  let seen: Seen | undefined;
  for (const event of events) {
    if (event.type === 'run-started') seen ??= begin(event);
    else if (!seen) throw new Error(`a run begins with run-started, not with ${event.type}`);
    else note(seen, event);
    if (event.type === 'run-finished') break;
  }
  if (!seen) throw new Error('there are no events to make a report of');
  endCourses(seen.courses, seen.lastAt);
  return seen;
}

function begin(run: RunStarted): Seen {
  return {
    run,
    lastAt: run.at,
    ended: false,
    interrupted: false,
    starts: new Map(),
    idle: new Map(),
    branches: new Map(),
    denied: new Map(),
    courses: new Map(),
    told: new Map(),
    collisions: [],
    outside: new Map(),
    results: new Map(),
    validation: run.validation.map((name) => ({ name })),
  };
}

function note(seen: Seen, event: Event): void {
  noteCourse(seen.courses, event);
  switch (event.type) {
    case 'task-output':
    case 'validation-output':
      return; // The journal leaves them out, so a report may not depend on them.
    case 'task-started':
      seen.starts.set(event.id, { first: seen.starts.get(event.id)?.first ?? event, latest: event });
      setIdle(seen, event, undefined);
      break;
    case 'workspace-ready':
      seen.branches.set(event.id, event.branch);
      break;
    case 'workspace-denied':
      seen.branches.delete(event.id);
      seen.denied.set(event.id, event.reason);
      seen.run = withoutWorktree(seen.run, event.id);
      break;
    case 'task-retrying':
    case 'task-ran':
      setIdle(seen, event, event.at);
      break;
    case 'task-integrating':
      setIdle(seen, event, undefined);
      break;
    case 'task-reviewed':
      toldBy(seen, event.id).reviews.push(event.review);
      break;
    case 'task-noted':
      toldBy(seen, event.id).notes.push(...event.notes);
      break;
    case 'task-handed-over':
      toldBy(seen, event.id).outputs = event.outputs;
      break;
    case 'task-collided':
      seen.collisions.push(event);
      if (runsAgain(event.conflicts)) drop(seen, event);
      break;
    case 'task-finished':
      seen.results.set(event.id, event);
      setIdle(seen, event, undefined);
      if (event.status === 'failed' || event.status === 'rolled-back') seen.firstFailure ??= event.id;
      break;
    case 'task-strayed': {
      const result = seen.results.get(event.id);
      if (result) seen.results.set(event.id, { ...result, strays: event.strays });
      break;
    }
    case 'task-reached-outside':
      seen.outside.set(event.id, event.changes);
      break;
    case 'run-stopping':
      seen.stopping ??= event;
      if (event.reason === 'interrupt') seen.interrupted = true;
      break;
    case 'tree-restored':
      noteRestored(seen, event);
      break;
    case 'run-cleaned':
      seen.cleaned = event;
      break;
    case 'validation-started':
    case 'validation-finished':
      noteValidation(seen, event);
      break;
    case 'validation-blamed': {
      const step = seen.validation.find(
        ({ name, result, blame }) => name === event.name && result?.status === 'failed' && !blame,
      );
      if (step) step.blame = event.blame;
      break;
    }
    case 'run-finished':
      seen.ended = true;
      break;
  }
  seen.lastAt = Math.max(seen.lastAt, event.at);
}

function toldBy(seen: Seen, id: string): Told {
  const known = seen.told.get(id) ?? { reviews: [], notes: [], outputs: [] };
  seen.told.set(id, known);
  return known;
}

type OfTask = Pick<TaskStarted, 'id' | 'at'>;

function setIdle(seen: Seen, { id, at }: OfTask, since: number | undefined): void {
  seen.idle.set(id, { since, ms: idleMs(seen, id, at) });
}

/** What the task did so far is dropped and done again: one after the other it would not have been done at all. */
function drop(seen: Seen, { id, at }: OfTask): void {
  const begun = seen.starts.get(id)?.first.at ?? at;
  seen.idle.set(id, { since: at, ms: Math.max(0, at - begun) });
}

function noteRestored(seen: Seen, { tasks, files, left }: TreeRestored): void {
  seen.restored ??= { tasks: new Set(), files: 0, left: new Set() };
  seen.restored.files += files;
  for (const id of tasks) seen.restored.tasks.add(id);
  for (const path of left) seen.restored.left.add(path);
}

/**
 * How much of a task's time until then was no work: its waits between attempts, for its turn to be integrated and for a
 * slot to run again, and what it did for a result that was dropped.
 */
export function idleMs(seen: Seen, id: string, at: number): number {
  const idle = seen.idle.get(id);
  if (!idle) return 0;
  return idle.ms + (idle.since === undefined ? 0 : Math.max(0, at - idle.since));
}

/**
 * Two steps may have one name, so a beginning belongs to the first of that name that has not begun, a result to the first
 * that has none.
 */
function noteValidation(
  seen: Seen,
  event: Extract<Event, { type: `validation-${'started' | 'finished'}` }>,
): void {
  const isStart = event.type === 'validation-started';
  let step = seen.validation.find(
    ({ name, startedAt, result }) => name === event.name && !result && (!isStart || startedAt === undefined),
  );
  if (!step) {
    step = { name: event.name };
    seen.validation.push(step);
  }
  if (event.type === 'validation-started') step.startedAt = event.at;
  else {
    step.result = event;
    if (event.status === 'failed') seen.firstFailure ??= event.name;
  }
}
