// What the agent that reviews a task is told. Pure.

import type { Task } from '../../config/config.ts';
import type { FileChange } from '../../model/report.ts';
import { bullets, commands, compose, globs, named, numbered, paragraphs, quoted } from './sections.ts';

export interface ReviewBrief {
  task: Task;
  /** Absolute; undefined before it is known. */
  workdir: string | undefined;
  /** Of the declared files; undefined where that cannot be known. */
  changed: readonly FileChange[] | undefined;
  /** What the task has told of its files. */
  told: ReadonlyMap<string, string>;
  /** What the review before this one found. */
  before: readonly string[];
}

/** Files that are listed; more are only counted. */
const MOST_FILES = 100;

const ANSWER = [
  'List what has to be fixed, one finding per line, each with its location.',
  'End with a line that says only `approved` or only `needs fixes`.',
];

export function composeReviewPrompt(brief: ReviewBrief): string {
  const { task, workdir, before } = brief;
  const { assignment, review } = task;
  return compose(`REVIEW OF TASK ${task.index + 1}: ${task.id}`, [
    {
      title: 'Description',
      body: paragraphs([
        `Review what was done for the task ${task.id}. Change nothing yourself.`,
        review?.prompt ?? '',
      ]),
    },
    { title: 'Working Directory', body: workdir ?? 'Where the task has worked.' },
    { title: 'The Task', body: theTask(task) },
    { title: 'Its Instructions', body: numbered(assignment?.instructions ?? []) },
    { title: 'Its Requirements', body: bullets(assignment?.requirements ?? []) },
    { title: 'Its Files', body: files(brief) },
    { title: 'Instructions', body: numbered(review?.instructions ?? []) },
    { title: 'The Last Review', body: before.length > 0 ? quoted(before.join('\n')) : '' },
    { title: 'Your Answer', body: bullets(ANSWER) },
  ]);
}

function theTask({ description, assignment, run, needs }: Task): string {
  if (run.length === 0) return paragraphs([description, `It gathers what ${named(needs)} did.`]);
  return paragraphs([description, assignment?.prompt ?? `It has run ${commands(run)}.`]);
}

function files({ task, changed, told }: ReviewBrief): string {
  const declared = task.writes.length > 0 ? `It was to change ${globs(task.writes)}.` : '';
  if (changed === undefined) return declared;
  if (changed.length === 0)
    return paragraphs([declared, task.writes.length > 0 ? 'It has changed none of these.' : '']);
  const list = changed.slice(0, MOST_FILES).map(({ path, change }) => {
    const what = told.get(path);
    return `${path} (${change})${what ? `: ${what}` : ''}`;
  });
  if (changed.length > MOST_FILES) list.push(`and ${changed.length - MOST_FILES} more`);
  return paragraphs([declared, 'It has changed:', bullets(list)]);
}
