// What the events say of one task, told apart by what a reader asks for. No markdown.

import type { Task } from '../config/config.ts';
import type {
  Event,
  RunStarted,
  TaskFinished,
  TaskHandedOver,
  TaskStarted,
  TreeRestored,
} from '../model/event.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { FileChange, Note, Stray } from '../model/report.ts';
import { collisionsOf, encounter, resolution, type Spelling } from './collisions.ts';
import { causeOf } from './failures.ts';

/** An event that is about one task alone. */
export type TaskEvent = Extract<Event, { id: string }>;

/** All that is known of a task while its run goes on. */
export interface TaskStory {
  run: RunStarted;
  task: PlannedTask;
  /** As the config has it; undefined for whoever has the journal alone. */
  assigned: Task | undefined;
  /** Those about this task, and those that put the tree back as it was before it. */
  events: readonly Event[];
}

export interface Issue {
  text: string;
  severity: NonNullable<Note['severity']> | undefined;
  resolution: string | undefined;
}

/** A file, what became of it and what the task says of it. */
export interface FileRow {
  path: string;
  /** A word, or why there is none. */
  change: string;
  description: string;
}

export const eventsOf = <T extends Event['type']>(
  { events }: TaskStory,
  type: T,
): Extract<Event, { type: T }>[] =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);

export const firstStart = (story: TaskStory): TaskStarted | undefined => eventsOf(story, 'task-started')[0];
export const latestStart = (story: TaskStory): TaskStarted | undefined =>
  eventsOf(story, 'task-started').at(-1);
export const ending = (story: TaskStory): TaskFinished | undefined => eventsOf(story, 'task-finished').at(-1);
export const handedOver = (story: TaskStory): TaskHandedOver | undefined =>
  eventsOf(story, 'task-handed-over').at(-1);

/** Of a run that was put back as a whole. */
const restored = (story: TaskStory): TreeRestored | undefined => eventsOf(story, 'tree-restored').at(-1);

/** What it had changed, where that was put back with the rest of the run. */
export function putBackOf(story: TaskStory): FileChange[] {
  const whole = restored(story);
  // What was left is named as git has it, which may be from further up.
  const isLeft = (path: string): boolean =>
    whole?.left.some((each) => each === path || each.endsWith(`/${path}`)) ?? false;
  return whole === undefined ? [] : (ending(story)?.filesChanged ?? []).filter(({ path }) => !isLeft(path));
}

/** What it has changed and is still there. */
export function stayingOf(story: TaskStory): FileChange[] {
  const gone = new Set(putBackOf(story));
  return (ending(story)?.filesChanged ?? []).filter((change) => !gone.has(change));
}

export const notesOf = (story: TaskStory): Note[] =>
  eventsOf(story, 'task-noted').flatMap(({ notes }) => notes);

/** What the task has said of this kind, in its order. What a task that runs again tells again stands there once. */
export const toldOf = (story: TaskStory, kind: Note['kind']): string => {
  const texts = notesOf(story).flatMap((note) => (note.kind === kind ? [note.text] : []));
  return [...new Set(texts)].join('\n\n');
};

export const straysOf = (story: TaskStory): Stray[] =>
  eventsOf(story, 'task-strayed').at(-1)?.strays ?? ending(story)?.strays ?? [];

/** What it changed, as ptask saw it, and then what only the task speaks of; by path. */
export function filesOf(story: TaskStory): FileRow[] {
  const end = ending(story);
  const changed: FileChange[] = end?.undone ?? end?.filesChanged ?? [];
  const gone = new Set(end?.undone ?? putBackOf(story));
  // What a worktree held that was not taken has never been in the shared tree.
  const how = end?.undone !== undefined && story.task.workspace === 'worktree' ? 'dropped' : 'put back';
  const told = new Map<string, string[]>();
  for (const { kind, path = '', text } of notesOf(story))
    if (kind === 'file') told.set(path, [...(told.get(path) ?? []), text]);
  const rows = new Map<string, FileRow>();
  for (const each of changed) {
    const { path, change } = each;
    rows.set(path, { path, change: gone.has(each) ? `${change}, ${how}` : change, description: '' });
  }
  for (const { path, change } of straysOf(story))
    rows.set(path, { path, change, description: 'outside its `writes`' });
  for (const [path, texts] of told) {
    const known = rows.get(path) ?? { path, change: unseen(end), description: '' };
    const description = [...new Set([...texts, known.description])].filter((text) => text !== '').join('; ');
    rows.set(path, { ...known, description });
  }
  return [...rows.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const unseen = (end: TaskFinished | undefined): string => (end ? 'not seen by ptask' : 'not known yet');

/** What the task tells of, and what ptask has seen go wrong, in the order of time; what is told again stands there once. */
export function issuesOf(story: TaskStory, spelling: Spelling): Issue[] {
  const told = new Set<string>();
  return allIssuesOf(story, spelling).filter((issue) => {
    const key = JSON.stringify(issue);
    return !told.has(key) && told.add(key);
  });
}

function allIssuesOf(story: TaskStory, spelling: Spelling): Issue[] {
  const { events } = story;
  const end = ending(story);
  const lastStart = latestStart(story)?.at ?? 0;
  return events.flatMap((event): Issue[] => {
    switch (event.type) {
      case 'task-noted':
        return event.notes
          .filter(({ kind }) => kind === 'issue')
          .map(({ text, severity, resolution }) => ({
            text: spelling.text(text),
            severity,
            resolution: resolution && spelling.text(resolution),
          }));
      case 'task-retrying': {
        const text = `Attempt ${event.attempt} failed: ${spelling.text(event.reason)}`;
        return [{ text, severity: 'medium', resolution: 'it was tried again' }];
      }
      case 'task-collided':
        return collisionsOf(event.conflicts).map((collision) => ({
          text: encounter(collision, spelling),
          severity: collision.resolution === 'abort' ? 'high' : 'low',
          resolution: resolution(collision, spelling, lastStart <= event.at),
        }));
      case 'task-handed-over':
        return event.problems.map((problem) => ({
          text: `In \`PTASK_OUTPUT\`: ${spelling.text(problem)}`,
          severity: 'low',
          resolution: 'left out',
        }));
      case 'task-finished':
        return event === end ? [...strayIssues(story, spelling), ...failureIssue(event, spelling)] : [];
      case 'tree-restored':
        return putBackOf(story).length === 0 ? [] : [WAS_PUT_BACK];
      default:
        return [];
    }
  });
}

const WAS_PUT_BACK: Issue = {
  text: 'The run did not go well',
  severity: 'high',
  resolution: 'what it had changed was put back',
};

const strayIssues = (story: TaskStory, spelling: Spelling): Issue[] =>
  straysOf(story).map(({ path, change, writes }) => ({
    text: `It ${change} ${spelling.path(path)}, which is outside its \`writes\``,
    severity: 'low',
    resolution: `to declare it, add ${spelling.path(writes)} there`,
  }));

function failureIssue(end: TaskFinished, spelling: Spelling): Issue[] {
  if (end.status !== 'failed' && end.status !== 'rolled-back') return [];
  const resolution = end.status === 'rolled-back' ? 'what it had changed was put back' : undefined;
  return [{ text: `It failed: ${spelling.text(causeOf(end))}`, severity: 'high', resolution }];
}
