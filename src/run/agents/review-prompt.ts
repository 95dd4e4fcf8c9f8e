// What the agent that reviews a task is told, or what all tasks have done together. Pure.

import type { Task, ValidateStep } from '../../config/config.ts';
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

export interface WholeReviewBrief {
  step: Pick<ValidateStep, 'name' | 'review'>;
  /** Absolute. */
  workdir: string;
  /** In the order of declaration. */
  tasks: readonly Task[];
  /** Undefined before it is known. */
  files: FilesOfAll | undefined;
}

interface FilesOfAll {
  /** By task. */
  changed: ReadonlyMap<string, readonly FileChange[]>;
  /** The tasks that passed without having run. */
  kept: ReadonlySet<string>;
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

export function composeWholeReviewPrompt({ step, workdir, tasks, files }: WholeReviewBrief): string {
  const { name, review } = step;
  return compose(`REVIEW OF THE WHOLE: ${name}`, [
    {
      title: 'Description',
      body: paragraphs([
        'Review what these tasks have done together. Each of them has passed. Change nothing yourself.',
        review?.prompt ?? '',
      ]),
    },
    { title: 'Working Directory', body: workdir },
    { title: 'The Tasks', body: bullets(tasks.map((task) => `${task.id}:${asOneOf(theTask(task))}`)) },
    { title: 'Their Files', body: files === undefined ? '' : theirFiles(tasks, files) },
    { title: 'Instructions', body: numbered(review?.instructions ?? []) },
    { title: 'Your Answer', body: bullets(ANSWER) },
  ]);
}

/** Of short paragraphs, sentences; what has a form of its own keeps it. */
const asOneOf = (text: string): string =>
  /[^\n]\n[^\n]|^\s*([#>*+-]|\d+[.)])/m.test(text)
    ? `\n\n${quoted(text)}`
    : ` ${text.replace(/([^.!?:])\n\n/g, '$1. ').replace(/\n\n/g, ' ')}`;

function theirFiles(tasks: readonly Task[], { changed, kept }: FilesOfAll): string {
  const all = tasks.flatMap(({ id, run, writes }) => {
    const own = (changed.get(id) ?? []).map(({ path, change }) => `${path} (${change} by ${id})`);
    const isKept = kept.has(id) && run.length > 0 && writes.length > 0;
    return isKept ? [...own, `${globs(writes)} (by ${id}, in an earlier run)`] : own;
  });
  return all.length === 0 ? 'They have changed none of their files.' : listOfFiles(all);
}

function listOfFiles(all: readonly string[]): string {
  const more = all.length > MOST_FILES ? [`and ${all.length - MOST_FILES} more`] : [];
  return bullets([...all.slice(0, MOST_FILES), ...more]);
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
  const all = changed.map(({ path, change }) => {
    const what = told.get(path);
    return `${path} (${change})${what ? `: ${what}` : ''}`;
  });
  return paragraphs([declared, 'It has changed:', listOfFiles(all)]);
}
