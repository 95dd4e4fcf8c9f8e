// What the events say of one task, told apart by what a reader asks for. No markdown.

import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import type { FileChange, Note } from '../model/report.ts';
import { collisionsOf } from '../state/collisions.ts';
import type { RunState, TaskState } from '../state/run-state.ts';
import { eventsOf, notesOf, restoredOf, straysOf } from '../state/task-facts.ts';
import { encounter, resolution, type Spelling } from './collisions.ts';
import { causeOf } from './failures.ts';

/** All that is known of a task while its run goes on. */
export interface TaskStory {
  state: RunState;
  task: TaskState;
  /** As the config has it; undefined for whoever has the journal alone. */
  assigned: Task | undefined;
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

/** What the task has said of this kind, in its order. What a task that runs again tells again stands there once. */
export const toldOf = ({ task }: TaskStory, kind: Note['kind']): string => {
  const texts = notesOf(task).flatMap((note) => (note.kind === kind ? [note.text] : []));
  return [...new Set(texts)].join('\n\n');
};

/** What it changed, as ptask saw it, and then what only the task speaks of; by path. */
export function filesOf({ task }: TaskStory): FileRow[] {
  const end = task.result;
  const changed: FileChange[] = end?.undone ?? end?.filesChanged ?? [];
  const gone = new Set(end?.undone ?? restoredOf(task));
  // What a worktree held that was not taken has never been in the shared tree.
  const how = end?.undone !== undefined && task.workspace === 'worktree' ? 'dropped' : 'put back';
  const told = new Map<string, string[]>();
  for (const { kind, path = '', text } of notesOf(task))
    if (kind === 'file') told.set(path, [...(told.get(path) ?? []), text]);
  const rows = new Map<string, FileRow>();
  for (const each of changed) {
    const { path, change } = each;
    rows.set(path, { path, change: gone.has(each) ? `${change}, ${how}` : change, description: '' });
  }
  for (const { path, change } of straysOf(task))
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

function allIssuesOf({ task }: TaskStory, spelling: Spelling): Issue[] {
  const lastStart = eventsOf(task, 'task-started').at(-1)?.at ?? 0;
  return task.events.flatMap((event): Issue[] => {
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
        return event === task.result
          ? [...strayIssues(task, spelling), ...failureIssue(event, spelling)]
          : [];
      case 'tree-restored':
        return restoredOf(task).length === 0 ? [] : [WAS_PUT_BACK];
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

const strayIssues = (task: TaskState, spelling: Spelling): Issue[] =>
  straysOf(task).map(({ path, change, writes }) => ({
    text: `It ${change} ${spelling.path(path)}, which is outside its \`writes\``,
    severity: 'low',
    resolution: `to declare it, add ${spelling.path(writes)} there`,
  }));

function failureIssue(end: TaskFinished, spelling: Spelling): Issue[] {
  if (end.status !== 'failed' && end.status !== 'rolled-back') return [];
  const resolution = end.status === 'rolled-back' ? 'what it had changed was put back' : undefined;
  return [{ text: `It failed: ${spelling.text(causeOf(end))}`, severity: 'high', resolution }];
}
