// What the agent of a task is told: one text, made of the config, the plan and what other tasks have handed over. Pure.

import { stripVTControlCharacters } from 'node:util';
import type { Task } from '../../config/config.ts';
import type { Neighbour } from './neighbours.ts';
import {
  bullets,
  commands,
  compose,
  fenced,
  globs,
  named,
  numbered,
  paragraphs,
  quoted,
} from './sections.ts';

/** What a task that is needed has handed over. */
export interface FromNeed {
  id: string;
  values: ReadonlyMap<string, string>;
  /** Markdown. */
  notes: readonly string[];
}

/** Why the task is not done yet, though an agent was at it before. */
export interface LastTry {
  /** A sentence: `attempt 1 failed: exit code 1`. */
  what: string;
  /** What was found, or the end of what was printed. */
  said: readonly string[];
  /** The changes of that attempt are gone. */
  isDropped: boolean;
}

export interface Brief {
  task: Task;
  /** Absolute; undefined before it is known. */
  workdir: string | undefined;
  /** Of an isolated task. */
  branch: string | undefined;
  neighbours: readonly Neighbour[];
  /** Undefined before they have run. */
  handedOver: readonly FromNeed[] | undefined;
  /** Who needs this task. */
  neededBy: readonly string[];
  lastTry: LastTry | undefined;
}

/** Neighbours that are told one by one; a prompt is no inventory. */
const MOST_NEIGHBOURS = 30;
/** Characters of a value that stand in the prompt. */
const MOST_OF_A_VALUE = 4_096;
/** Nothing that a shell would drop or a terminal obey; in the file that PTASK_OUTPUTS names it is there. */
const UNSEEN = /[^\P{Cc}\t\n]/gu;

export function composePrompt(brief: Brief): string {
  const { task, lastTry } = brief;
  const { assignment } = task;
  return compose(`TASK ${task.index + 1}: ${task.id}`, [
    { title: 'Description', body: paragraphs([task.description, assignment?.prompt ?? '']) },
    { title: 'Working Directory', body: workingDirectory(brief) },
    { title: 'Branch', body: brief.branch ?? '' },
    { title: 'At The Same Time', body: atTheSameTime(brief) },
    { title: 'Instructions', body: numbered(assignment?.instructions ?? []) },
    { title: 'Requirements', body: bullets([...(assignment?.requirements ?? []), ...OURS, ...scope(task)]) },
    { title: 'Handed Over', body: handedOver(brief) },
    { title: 'On Completion', body: numbered(onCompletion(brief)) },
    { title: 'The Last Attempt', body: lastTry === undefined ? '' : theLastTry(lastTry) },
  ]);
}

function workingDirectory({ workdir, branch }: Brief): string {
  const isOwn = 'a git worktree of your own';
  const then = 'What you leave in its files is merged with what others do. Make no commits.';
  if (workdir === undefined) return `It will be ${isOwn}, made when you begin. ${then}`;
  return branch === undefined ? workdir : `${workdir}\n\nIt is ${isOwn}. ${then}`;
}

function atTheSameTime({ neighbours }: Brief): string {
  if (neighbours.length === 0) return 'Nobody else works in this repository while you do.';
  const rest = neighbours.length - MOST_NEIGHBOURS;
  const told = neighbours.slice(0, MOST_NEIGHBOURS).map(neighbour);
  if (rest > 0) told.push(`and ${rest} more`);
  return `Others may be working in this repository while you do. Leave their files alone.\n\n${bullets(told)}`;
}

function neighbour({ id, doing, writes, undeclared, shared }: Neighbour): string {
  const who = doing === '' ? id : `${id} (${doing})`;
  if (undeclared) return `${who} does not say which files it changes`;
  if (writes.length === 0) return `${who} changes no files`;
  const both =
    shared === undefined ? '' : `. Both of you may change \`${shared}\`: keep your changes there small`;
  return `${who} changes ${globs(writes)}${both}`;
}

/** What ptask asks of every agent. */
const OURS = [
  'Keep a log as you go, with lines at the end of the file that $PTASK_LOG names: `understanding: …`, `plan: …`, `issue[low|medium|high]: … => what you did about it`, or markdown. `ptask note` writes them too.',
  'Follow the patterns of the project: look at the code around a place before you change it.',
  'Do not use `git stash`, and leave branches, tags and the git config as they are: all worktrees of the repository share them.',
  'Handle errors: never fail silently; say what you could not do.',
];

const scope = ({ writes }: Task): string[] =>
  writes.length > 0 ? [`Change only files that match ${globs(writes)}. Anything else is reported.`] : [];

function handedOver({ task, handedOver: all }: Brief): string {
  if (task.needs.length === 0) return '';
  if (all === undefined)
    return `What ${named(task.needs)} hand${task.needs.length > 1 ? '' : 's'} over appears here when done.`;
  const some = all.filter(({ values, notes }) => values.size + notes.length > 0);
  const none = all.filter((each) => !some.includes(each)).map(({ id }) => id);
  const nothing = `${named(none)} ${none.length > 1 ? 'are' : 'is'} done and hand${none.length > 1 ? '' : 's'} nothing over.`;
  return paragraphs([...some.map(fromNeed), ...(none.length > 0 ? [nothing] : [])]);
}

function fromNeed({ id, values, notes }: FromNeed): string {
  const lines = [...values].map(([key, raw]) => {
    const whole = Buffer.byteLength(raw);
    const value = stripVTControlCharacters(raw).replace(UNSEEN, '');
    const part = value.slice(0, MOST_OF_A_VALUE);
    const cut =
      part === value ? '' : ` (the beginning; all ${whole} bytes are in the file that $PTASK_OUTPUTS names)`;
    return value.includes('\n') || cut !== ''
      ? `\`${key}\`${cut}:\n\n${fenced(part)}`
      : `\`${key}\`: ${value === '' ? '(empty)' : value}`;
  });
  return paragraphs([`### From ${id}`, ...lines, ...notes.map(quoted)]);
}

function onCompletion({ task, neededBy }: Brief): string[] {
  const next =
    neededBy.length === 0
      ? []
      : [
          `${named(neededBy)} depend${neededBy.length > 1 ? '' : 's'} on this. Leave handoff notes with \`handoff: …\` in the log, and values as \`key=value\` lines in the file that $PTASK_OUTPUT names.`,
        ];
  return [
    ...review(task),
    'Report your status: Complete, Partial or Failed, and what is missing.',
    'List the files that you have modified, each with a line `file <path>: <what you changed>` in the log.',
    ...next,
  ];
}

function review({ verify, review: reviewer, retry }: Task): string[] {
  const again = retry.times > 0 ? ' What it finds comes back to you.' : '';
  if (reviewer !== undefined) {
    const asks = reviewer.prompt === '' ? '' : ` It is asked: ${reviewer.prompt.trim()}`;
    return [`The agent ${reviewer.agent.name} will review what you have done.${asks}${again}`];
  }
  if (verify.length === 0) return [];
  return [`What you have done will be checked with ${commands(verify)}.${again}`];
}

function theLastTry({ what, said, isDropped }: LastTry): string {
  const then = isDropped
    ? 'Its changes are gone: start over on the current state.'
    : 'Its changes are still there: continue from them, and fix this first.';
  return paragraphs([`${what}. ${then}`, said.length > 0 ? fenced(said.join('\n')) : '']);
}
