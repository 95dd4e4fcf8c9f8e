// The log of one task as markdown, for people: what it was to do, what it did, and what became of that. Pure, and true at
// any moment: of what has not happened yet it says so.

import { formatDuration } from '../base/duration.ts';
import { formatBytes } from '../base/size.ts';
import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import type { Review } from '../model/report.ts';
import { eventsOf, outputsOf, restoredOf, reviewsOf, stayingOf } from '../state/task-facts.ts';
import { clock, isoAt } from './clock.ts';
import { causeOf } from './failures.ts';
import { SPELLING } from './integration-markdown.ts';
import { blockQuote, bullets, codeSpan, escapeMarkdown, fencedBlock, table } from './markdown-text.ts';
import { executionLog } from './task-log-course.ts';
import { filesOf, issuesOf, type TaskStory, toldOf } from './task-story.ts';
import { list, plural, spoken } from './words.ts';

/** Rows of a table; what is beyond is counted. */
const MOST_ROWS = 500;
/** Characters of a value; an event tells more of it than anybody wants to read here. */
const MOST_OF_A_VALUE = 200;
const NOTHING_TOLD = 'Nothing was told.';
const NOTHING_YET = 'Nothing was told so far.';

export function taskLogMarkdown(story: TaskStory): string {
  const sections: [title: string, body: string][] = [
    ['Task Assignment', assignment(story)],
    ['My Understanding', told(story, 'understanding')],
    ['Execution Plan', told(story, 'plan')],
    ['Execution Log', executionLog(story)],
    ['Files Modified', files(story)],
    ['Issues Encountered', issues(story)],
    ['QA Review', review(story)],
    ['Completion Report', completion(story)],
  ];
  return `${[heading(story), ...sections.map(([title, body]) => `## ${title}\n\n${body}`)].join('\n\n')}\n`;
}

function heading({ state, task }: TaskStory): string {
  const { started } = state;
  const { letter, name } = started.plan.strategy;
  const start = task.startedAt;
  return [
    `# Task log: ${escapeMarkdown(task.id)}`,
    bullets([
      `Task: ${codeSpan(task.id)}, ${task.number + 1} of ${state.tasks.length}`,
      `Part of: ${codeSpan(started.id)}, strategy **${letter}** (${name}), phase ${task.phase.index + 1} of ${state.phases.length}`,
      `Started: ${start === undefined ? 'not yet' : `${isoAt(started.startedAt, start)}, ${formatDuration(start)} after the run began`}`,
    ]),
  ].join('\n\n');
}

function assignment({ state, task, assigned }: TaskStory): string {
  const { agent, prompt } = eventsOf(task, 'task-started').at(-1) ?? {};
  const { description, undeclared, reads, writes } = task.planned;
  const place = eventsOf(task, 'workspace-ready').at(-1);
  const facts = [
    ...(agent === undefined ? [] : [`Agent: ${codeSpan(agent)}`]),
    ...(prompt === undefined ? [] : [`Its whole prompt: ${codeSpan(prompt)}`]),
    `Reads: ${undeclared ? 'not declared' : globs(reads)}`,
    `Writes: ${undeclared ? 'not declared' : globs(writes)}`,
    ...(assigned && assigned.needs.length > 0 ? [`Needs: ${list(assigned.needs.map(codeSpan))}`] : []),
    ...(assigned && assigned.resources.length > 0 ? [`Resources: ${resources(assigned)}`] : []),
    task.workspace === 'worktree'
      ? `Works in a worktree of its own${place ? `: ${codeSpan(place.path)}, on the branch ${codeSpan(place.branch)}` : ''}`
      : `Works in the shared tree: ${codeSpan(state.started.root)}`,
  ];
  const asked = assigned === undefined ? [] : [...commands(assigned), ...prompted(assigned)];
  return [...(description ? [blockQuote(description)] : []), ...asked, bullets(facts)].join('\n\n');
}

const globs = (all: readonly string[]): string =>
  all.length === 0 ? 'nothing' : list(all.map(codeSpan), 50);

const resources = ({ resources }: Task): string =>
  list(resources.map(({ name, mode, units }) => `${codeSpan(name)} (${mode === 'units' ? units : mode})`));

function commands({ run, assignment }: Task): string[] {
  if (assignment !== undefined) return [];
  return run.length === 0 ? ['It runs nothing and only gathers others.'] : [fencedBlock(run, 'sh')];
}

function prompted({ assignment }: Task): string[] {
  if (assignment === undefined) return [];
  const { prompt, instructions, requirements } = assignment;
  const quoted = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${title}:`, bullets(items.map((item) => escapeMarkdown(item)))];
  return [
    ...(prompt === '' ? [] : [blockQuote(prompt)]),
    ...quoted('Instructions', instructions),
    ...quoted('Requirements', requirements),
  ];
}

function told(story: TaskStory, kind: 'understanding' | 'plan'): string {
  const text = toldOf(story, kind);
  if (text !== '') return blockQuote(text);
  return story.task.result === undefined ? NOTHING_YET : NOTHING_TOLD;
}

function files(story: TaskStory): string {
  const rows = filesOf(story);
  const end = story.task.result;
  if (rows.length === 0) return end === undefined ? 'Not known before it ends.' : none(story, end);
  const cells = rows.map(({ path, change, description }) => [
    codeSpan(path),
    escapeMarkdown(change),
    described(description),
  ]);
  return cut(['File', 'Change Type', 'Description'], cells);
}

/** What ptask does not look at it cannot deny. */
function none({ task, assigned }: TaskStory, { status }: TaskFinished): string {
  if (task.workspace === 'worktree' && status !== 'passed')
    return 'None that stays: what it did in its worktree was not taken.';
  if (task.workspace === 'worktree') return 'None.';
  if (task.planned.undeclared && assigned?.run.length !== 0)
    return 'None known: it does not declare what it writes.';
  return task.planned.writes.length === 0
    ? 'None: it declares to write nothing.'
    : 'None of those that it declares to write.';
}

/** Words of a task, and our own in code. */
const described = (text: string): string =>
  escapeMarkdown(text).replaceAll('\\`writes\\`', '`writes`') || ' ';

function issues(story: TaskStory): string {
  const rows = issuesOf(story, SPELLING).map(({ text, severity, resolution }) => [
    text,
    severity ?? 'not said',
    resolution ?? 'none',
  ]);
  return rows.length === 0 ? 'None.' : cut(['Issue', 'Severity', 'Resolution'], rows);
}

function cut(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rest = rows.length - MOST_ROWS;
  return [table(header, rows.slice(0, MOST_ROWS), []), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(
    '\n\n',
  );
}

function review({ state, task, assigned }: TaskStory): string {
  const called = eventsOf(task, 'task-verifying');
  if (called.length === 0) {
    const isAsked = assigned === undefined || assigned.verify.length > 0;
    return `- Called: no, ${isAsked ? 'it did not come to that' : 'it has no `verify`'}\n- Result: none`;
  }
  const who = (agent: string | undefined): string =>
    agent === undefined ? 'commands' : `the agent ${codeSpan(agent)}`;
  const reviews = reviewsOf(task);
  const last = reviews.at(-1);
  const result = last ? verdict(last) : 'not there yet';
  const times = called.map(({ at }) => clock(state.started.startedAt, at));
  const told = reviews.flatMap((each) => [
    `### Attempt ${each.attempt}: ${verdict(each)}`,
    `By ${who(each.agent)}, ${formatDuration(each.durationMs)}.${each.findings.length === 0 ? ' Nothing was said.' : ''}`,
    ...(each.findings.length === 0 ? [] : [fencedBlock(each.findings)]),
  ]);
  return [
    bullets([`Called: yes, by ${who(called[0]?.agent)} at ${list(times, 10)}`, `Result: ${result}`]),
    ...told,
  ].join('\n\n');
}

const verdict = ({ result }: Pick<Review, 'result'>): string =>
  result === 'approved' ? 'approved' : 'needs fixes';

function completion(story: TaskStory): string {
  const end = story.task.result;
  const handoff = toldOf(story, 'handoff');
  const notes = handoff === '' ? 'Handoff notes: none' : `Handoff notes:\n\n${blockQuote(handoff)}`;
  if (end === undefined) return [bullets(['Status: not over yet']), notes].join('\n\n');
  const tries = end.attempts > 1 ? `, ${plural(end.attempts, 'attempt')}` : '';
  const facts = [
    `Status: **${statusOf(story, end)}**${why(story, end)}`,
    `Time taken: ${formatDuration(end.durationMs)}${tries}`,
    ...(end.exitCode === null ? [] : [`Exit code: ${end.exitCode}`]),
  ];
  return [bullets(facts), ...values(story), ...lastLines(end), notes].join('\n\n');
}

/** Complete: it passed. Partial: it did not, and some of what it did stays. Failed: nothing of it stays. */
function statusOf({ task }: TaskStory, { status }: TaskFinished): string {
  if (status === 'passed' && restoredOf(task).length === 0) return 'Complete';
  return stayingOf(task).length > 0 ? 'Partial' : 'Failed';
}

function why({ task }: TaskStory, end: TaskFinished): string {
  const { status } = end;
  const stays = stayingOf(task).length;
  const gone = restoredOf(task).length > 0;
  const fate = [
    ...(gone ? ['what it had changed was put back with the rest of the run'] : []),
    ...(stays > 0 && (gone || status !== 'passed') ? [`${plural(stays, 'changed file')} stayed`] : []),
  ];
  if (status === 'passed' && gone) return `, ${fate.join('; ')}`;
  if (status === 'passed') return end.reason === undefined ? '' : ` (${escapeMarkdown(end.reason)})`;
  const how = status === 'failed' ? '' : `, ${spoken(status)}`;
  return `${how}: ${[escapeMarkdown(causeOf(end)), ...fate].join('; ')}`;
}

function values({ task }: TaskStory): string[] {
  const outputs = outputsOf(task);
  if (outputs.length === 0) return [];
  const rows = outputs.map(({ key, value, bytes }) => {
    const beginning = value.slice(0, MOST_OF_A_VALUE);
    const rest = beginning === value ? '' : ` … (${plural(bytes, 'byte')})`;
    return [codeSpan(key), value === '' ? '(empty)' : `${escapeMarkdown(beginning)}${rest}`];
  });
  return ['Values handed over:', cut(['Name', 'Value'], rows)];
}

function lastLines({ output }: TaskFinished): string[] {
  const { tail, leftOut = 0 } = output;
  return [
    ...(leftOut > 0 ? [`Of its output ${formatBytes(leftOut)} in the middle are not kept.`] : []),
    ...(tail.length === 0 ? [] : ['The end of its output:', fencedBlock(tail)]),
  ];
}
