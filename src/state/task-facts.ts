// What the events of one task say, selected by what a reader asks for.

import type { Event } from '../model/event.ts';
import type { FileChange, HandedOver, Note, OutsideChange, Review, Stray } from '../model/report.ts';
import { hasBegun, hitOf } from './cached.ts';
import type { TaskState } from './items.ts';
import type { RunState } from './run-state.ts';

export const eventsOf = <T extends Event['type']>(
  { events }: Pick<TaskState, 'events'>,
  type: T,
): Extract<Event, { type: T }>[] =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);

/** Milliseconds after which a task is worth a log of its own, whatever happens in it. */
export const LOGGED_MS = 200;

/**
 * Whether it has a log of its own, by now: it has begun, and it still runs or there is more to tell than that it was soon over and
 * has passed. Of a thousand tasks that have nothing to say a thousand files would be most of what they cost.
 */
export function hasTaskLog(task: TaskState): boolean {
  const { result, events, workspace } = task;
  if (!hasBegun(task)) return false;
  if (result === undefined || result.status !== 'passed') return true;
  const isUsual = ({ type }: Event): boolean => USUAL.has(type);
  // What it has changed and where is as it was in the run that made it.
  if (hitOf(task)) return result.output.bytes > 0 || !events.every(isUsual);
  if (result.durationMs >= LOGGED_MS || workspace !== 'shared') return true;
  const { output, filesChanged, strays } = result;
  const isSilent = output.bytes === 0 && filesChanged.length === 0 && strays.length === 0;
  return !isSilent || !events.every(isUsual);
}

const USUAL: ReadonlySet<Event['type']> = new Set([
  'task-looked-up',
  'task-started',
  'task-ran',
  'task-integrating',
  'task-finished',
]);

export const reviewsOf = (task: TaskState): Review[] =>
  eventsOf(task, 'task-reviewed').map(({ review }) => review);

export const notesOf = (task: TaskState): Note[] =>
  eventsOf(task, 'task-noted').flatMap(({ notes }) => notes);

export const outputsOf = (task: TaskState): HandedOver[] =>
  eventsOf(task, 'task-handed-over').at(-1)?.outputs ?? [];

/** What it changed outside its `writes`. */
export const straysOf = (task: TaskState): Stray[] =>
  eventsOf(task, 'task-strayed').at(-1)?.strays ?? task.result?.strays ?? [];

export const outsideOf = (task: TaskState): OutsideChange[] | undefined =>
  eventsOf(task, 'task-reached-outside').at(-1)?.changes;

/** What it had changed, where that was restored with the rest of the run. */
export function restoredOf(task: TaskState): FileChange[] {
  const whole = eventsOf(task, 'tree-restored').at(-1);
  // What was left is named as git has it, which may be from further up.
  const isLeft = (path: string): boolean =>
    whole?.left.some((each) => each === path || each.endsWith(`/${path}`)) ?? false;
  return whole === undefined ? [] : (task.result?.filesChanged ?? []).filter(({ path }) => !isLeft(path));
}

/** What it has changed and is still there. */
export function stayingOf(task: TaskState): FileChange[] {
  const gone = new Set(restoredOf(task));
  return (task.result?.filesChanged ?? []).filter((change) => !gone.has(change));
}

/** On whose account a task that had passed was rolled back with the whole tree; undefined where it was not. */
export function rolledBackFor(state: RunState, { id, result }: TaskState): string | undefined {
  if (result?.status !== 'passed' || !state.restored?.tasks.has(id)) return undefined;
  return state.stopping?.task ?? (state.isInterrupted ? undefined : state.firstFailure);
}
