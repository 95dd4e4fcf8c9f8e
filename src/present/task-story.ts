// What is said of the files and the issues of one task: what ptask has seen, and what the task tells of it.

import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import type { FileChange, Note } from '../model/report.ts';
import { collisionsOf, isUnresolved } from '../state/collisions.ts';
import type { RunState, TaskState } from '../state/run-state.ts';
import { notesOf, restoredOf, straysOf } from '../state/task-facts.ts';
import { causeOf, encounter, resolution } from './sentences.ts';
import { code, joined, say, type Text } from './text.ts';

/** All that is known of a task while its run goes on. */
export interface TaskStory {
  state: RunState;
  task: TaskState;
  /** As the config has it; undefined for whoever has the journal alone. */
  assigned: Task | undefined;
}

export interface Issue {
  text: Text;
  severity: NonNullable<Note['severity']> | undefined;
  resolution: Text | undefined;
}

/** A file, what became of it and what the task says of it. */
export interface FileRow {
  path: string;
  /** A word, or why there is none. */
  change: string;
  description: Text;
}

/** What the task has said of this kind, in its order. What a task that runs again tells again stands there once. */
export const saidBy = (task: TaskState, kind: Note['kind']): string =>
  [...new Set(notesOf(task).flatMap((note) => (note.kind === kind ? [note.text] : [])))].join('\n\n');

/** What it changed, as ptask saw it, and then what only the task speaks of; by path. */
export function filesOf(task: TaskState): FileRow[] {
  const end = task.result;
  const changed: FileChange[] = end?.undone ?? end?.filesChanged ?? [];
  const gone = new Set(end?.undone ?? restoredOf(task));
  // What a worktree held that was not taken has never been in the shared tree.
  const how = end?.undone !== undefined && task.workspace === 'worktree' ? 'discarded' : 'restored';
  const rows = new Map<string, FileRow>();
  for (const each of changed) {
    const { path, change } = each;
    rows.set(path, { path, change: gone.has(each) ? `${change}, ${how}` : change, description: [] });
  }
  for (const { path, change } of straysOf(task))
    rows.set(path, { path, change, description: say`outside its ${code('writes')}` });
  const told = new Map<string, Set<string>>();
  for (const { kind, path = '', text } of notesOf(task))
    if (kind === 'file') told.set(path, (told.get(path) ?? new Set()).add(text));
  for (const [path, texts] of told) {
    const known = rows.get(path) ?? { path, change: unseen(end), description: [] };
    const all = [...[...texts].map((text) => [text]), known.description];
    rows.set(path, { ...known, description: joined(all) });
  }
  return [...rows.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const unseen = (end: TaskFinished | undefined): string => (end ? 'not seen by ptask' : 'not known yet');

/** What the task tells of, and what ptask has seen go wrong, in the order of time; what is told again stands there once. */
export function issuesOf(task: TaskState): Issue[] {
  const all = task.events.flatMap((event): Issue[] => {
    switch (event.type) {
      case 'task-noted':
        return event.notes
          .filter(({ kind }) => kind === 'issue')
          .map(({ text, severity, resolution }) => ({
            text: [text],
            severity,
            resolution: resolution === undefined ? undefined : [resolution],
          }));
      case 'task-retrying':
        return [
          {
            text: [`Attempt ${event.attempt} failed: ${event.reason}`],
            severity: 'medium',
            resolution: ['it was retried'],
          },
        ];
      case 'task-collided':
        return collisionsOf(event.conflicts).map((collision) => ({
          text: encounter(collision),
          severity: isUnresolved(collision) ? 'high' : 'low',
          resolution: resolution(collision),
        }));
      case 'task-handed-over':
        return event.problems.map((problem) => ({
          text: say`In ${code('PTASK_OUTPUT')}: ${problem}`,
          severity: 'low',
          resolution: ['ignored'],
        }));
      case 'task-finished':
        return event === task.result ? [...strayIssues(task), ...failureIssue(event)] : [];
      case 'tree-restored':
        return restoredOf(task).length === 0
          ? []
          : [{ text: ['The run did not go well'], severity: 'high', resolution: [RESTORED] }];
      default:
        return [];
    }
  });
  return [...new Map(all.map((issue) => [JSON.stringify(issue), issue])).values()];
}

const RESTORED = 'its changes were restored';

const strayIssues = (task: TaskState): Issue[] =>
  straysOf(task).map(({ path, change, writes }) => ({
    text: say`It ${change} ${code(path)}, which is outside its ${code('writes')}`,
    severity: 'low',
    resolution: say`to declare it, add ${code(writes)} there`,
  }));

function failureIssue(end: TaskFinished): Issue[] {
  if (end.status !== 'failed' && end.status !== 'rolled-back') return [];
  const resolution = end.status === 'rolled-back' ? [RESTORED] : undefined;
  return [{ text: [`It failed: ${causeOf(end)}`], severity: 'high', resolution }];
}
