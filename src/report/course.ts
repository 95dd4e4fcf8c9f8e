// What became of each task, moment by moment: when it held a slot, waited for its turn or for its next attempt, and was told
// to run again. Collected from events; unaware of what else went on at the time.

import type { Event } from '../model/event.ts';
import { runsAgain } from './collisions.ts';

/** From and to, in milliseconds after the start of the run. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Course {
  /** When it held a slot and its resources: the making of its worktree, its attempts and the waits between them. */
  busy: Stretch[];
  /** Where it could have started but for resources, and which. */
  blocked: { at: number; resources: string[] }[];
  turns: Stretch[];
  retries: Stretch[];
  /** When its result was dropped, to run again. */
  dropped: number[];
  worktrees: Stretch[];
  /** When it was over; undefined in a run that was killed before. */
  over?: number;
  /** What goes on, since when. */
  since: { busy?: number | undefined; turn?: number | undefined; retry?: number | undefined };
}

export type Courses = Map<string, Course>;

function courseOf(courses: Courses, id: string): Course {
  const known = courses.get(id);
  if (known) return known;
  const course: Course = {
    busy: [],
    blocked: [],
    turns: [],
    retries: [],
    dropped: [],
    worktrees: [],
    since: {},
  };
  courses.set(id, course);
  return course;
}

export function noteCourse(courses: Courses, event: Event): void {
  if (!('id' in event) || event.type === 'run-started') return;
  const { at, id } = event;
  switch (event.type) {
    case 'task-waiting':
      courseOf(courses, id).blocked.push({ at, resources: event.resources });
      break;
    case 'workspace-ready': {
      const { since, worktrees } = courseOf(courses, id);
      const from = Math.max(0, at - event.durationMs);
      worktrees.push({ from, to: at });
      since.busy ??= from;
      break;
    }
    case 'task-started': {
      const { since, retries } = courseOf(courses, id);
      since.busy ??= at;
      if (since.retry !== undefined) retries.push({ from: since.retry, to: at });
      since.retry = undefined;
      break;
    }
    case 'task-retrying':
      courseOf(courses, id).since.retry = at;
      break;
    case 'task-ran':
      stop(courseOf(courses, id), at);
      courseOf(courses, id).since.turn = at;
      break;
    case 'task-integrating': {
      const { since, turns } = courseOf(courses, id);
      if (since.turn !== undefined) turns.push({ from: since.turn, to: at });
      since.turn = undefined;
      break;
    }
    case 'task-collided':
      if (runsAgain(event.conflicts)) courseOf(courses, id).dropped.push(at);
      break;
    case 'task-finished': {
      const course = courseOf(courses, id);
      stop(course, at);
      course.over = at;
      break;
    }
  }
}

/** A killed run has no more to say of what was going on. */
export function endCourses(courses: Courses, at: number): void {
  for (const course of courses.values()) stop(course, at);
}

function stop(course: Course, at: number): void {
  const { since, busy, turns, retries } = course;
  if (since.busy !== undefined) busy.push({ from: since.busy, to: at });
  if (since.turn !== undefined) turns.push({ from: since.turn, to: at });
  if (since.retry !== undefined) retries.push({ from: since.retry, to: at });
  course.since = {};
}

export const lengthOf = ({ from, to }: Stretch): number => Math.max(0, to - from);

/** Stretches that overlap, or are no further apart than `gap`, become one. Sorted. */
export function merged(stretches: readonly Stretch[], gap = 0): Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.from - b.from || a.to - b.to);
  const all: Stretch[] = [];
  for (const { from, to } of sorted) {
    const last = all.at(-1);
    if (last && from <= last.to + gap) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** How long at least one of them lasts. */
export const coveredMs = (stretches: readonly Stretch[]): number =>
  merged(stretches).reduce((sum, each) => sum + lengthOf(each), 0);
