// The log of one task, for people: what it was to do, what it did, and what became of that. Pure, and true at any moment: of
// what has not happened yet it says so.

import { formatDuration } from '../base/duration.ts';
import { formatBytes } from '../base/size.ts';
import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import { hitOf } from '../state/cached.ts';
import type { TaskState } from '../state/items.ts';
import { eventsOf, outputsOf, restoredOf, reviewsOf, stayingOf } from '../state/task-facts.ts';
import { fromCache } from './cache-sentences.ts';
import { clock, isoAt } from './clock.ts';
import {
  type Block,
  code as codeBlock,
  type Document,
  ends,
  given,
  type Item,
  list,
  paragraph,
  part,
  section,
  shortTable,
} from './document.ts';
import { told, verdict } from './events.ts';
import { formatCount, plural, spoken } from './format.ts';
import { ranRemotely } from './remote-sentences.ts';
import { causeOf } from './sentences.ts';
import { filesOf, issuesOf, saidBy, type TaskStory } from './task-story.ts';
import { code, codes, join, listOf, say, strong, type Text } from './text.ts';
import { inFull } from './told.ts';

/** Rows of a table; what is beyond is counted. Lines at either end of a long log. */
const MOST_ROWS = 500;
/** Characters of a value; an event tells more of it than anybody wants to read here. */
const MOST_OF_A_VALUE = 200;

export function taskLog(story: TaskStory): Document {
  const { started } = story.state;
  const { id, number, phase } = story.task;
  const { letter, name } = started.plan.strategy;
  return {
    title: ['Task log: ', id],
    facts: [
      say`Task: ${code(id)}, ${number + 1} of ${story.state.tasks.length}`,
      say`Part of: ${code(started.id)}, strategy ${strong(letter)} (${name}), phase ${phase.index + 1} of ${story.state.phases.length}`,
      [`Started: ${begun(story)}`],
    ],
    sections: [
      section('assignment', 'Task Assignment', assignment(story)),
      section('understanding', 'My Understanding', said(story, 'understanding')),
      section('plan', 'Execution Plan', said(story, 'plan')),
      section('log', 'Execution Log', executionLog(story)),
      section('files', 'Files Modified', files(story)),
      section('issues', 'Issues Encountered', issues(story)),
      section('review', 'QA Review', review(story)),
      section('completion', 'Completion Report', completion(story)),
    ],
  };
}

function begun({ state, task }: TaskStory): string {
  const { startedAt, cached } = task;
  if (startedAt !== undefined)
    return `${isoAt(state.started.startedAt, startedAt)}, ${formatDuration(startedAt)} into the run`;
  return cached?.hit ? `no, ${fromCache(cached)}` : 'not yet';
}

const quote = (markdown: string): Block => ({ kind: 'quote', markdown });

function assignment({ state, task, assigned }: TaskStory): Block[] {
  const { agent, prompt } = eventsOf(task, 'task-started').at(-1) ?? {};
  const { description, undeclared, reads, writes } = task.planned;
  const place = eventsOf(task, 'workspace-ready').at(-1);
  const { needs = [], resources = [] } = assigned ?? {};
  const facts = given<Text>(
    agent !== undefined && say`Agent: ${code(agent)}`,
    prompt !== undefined && say`Full prompt: ${code(prompt)}`,
    say`Reads: ${undeclared ? 'not declared' : globs(reads)}`,
    say`Writes: ${undeclared ? 'not declared' : globs(writes)}`,
    needs.length > 0 && say`Needs: ${codes(needs)}`,
    resources.length > 0 && say`Resources: ${listOf(resources.map(resource))}`,
    task.workspace === 'worktree'
      ? say`Works in its own worktree${place && say`: ${code(place.path)}, on the branch ${code(place.branch)}`}`
      : say`Works in the shared tree: ${code(state.started.root)}`,
    task.remote && say`Ran ${ranRemotely(task.remote)}`,
    task.remoteDenied !== undefined && say`Ran here, since it could not run remotely: ${task.remoteDenied}`,
    task.planned.raw && ['Alone at the terminal: what it prints is not kept'],
  );
  const asked = assigned === undefined ? [] : [...commands(assigned), ...prompted(assigned)];
  return [...(description ? [quote(description)] : []), ...asked, list(facts)];
}

const globs = (all: readonly string[]): Text => (all.length === 0 ? ['nothing'] : codes(all, 50));

const resource = ({ name, mode, units }: Task['resources'][number]): Text =>
  say`${code(name)} (${mode === 'units' ? units : mode})`;

function commands({ run, assignment }: Task): Block[] {
  if (assignment !== undefined) return [];
  return [run.length === 0 ? paragraph(['It runs nothing and only groups others.']) : codeBlock(run, 'sh')];
}

function prompted({ assignment }: Task): Block[] {
  if (assignment === undefined) return [];
  const { prompt, instructions, requirements } = assignment;
  const quoted = (title: string, items: readonly string[]): Block[] =>
    items.length === 0 ? [] : [paragraph([`${title}:`]), list(items.map((item) => [item]))];
  return [
    ...given(prompt !== '' && quote(prompt)),
    ...quoted('Instructions', instructions),
    ...quoted('Requirements', requirements),
  ];
}

function said({ task }: TaskStory, kind: 'understanding' | 'plan'): Block[] {
  const text = saidBy(task, kind);
  if (text !== '') return [quote(text)];
  return [paragraph([task.result === undefined ? 'Nothing noted yet.' : 'Nothing noted.'])];
}

function executionLog({ state, task }: TaskStory): Block[] {
  const lines = task.events.flatMap((event) =>
    told(event, state).map(
      (each): Item => ({
        text: say`${clock(state.started.startedAt, event.at)} ${inFull(each, false)}`,
        ...(each.quote !== undefined && { quote: each.quote }),
      }),
    ),
  );
  if (lines.length === 0) return [paragraph(['Nothing yet.'])];
  const shown = ends(lines, MOST_ROWS, (rest) => ({ text: [`… ${formatCount(rest)} more lines …`] }));
  return [paragraph(['Times are in UTC.']), list(shown)];
}

function files(story: TaskStory): Block[] {
  const rows = filesOf(story.task);
  const end = story.task.result;
  if (rows.length > 0)
    return shortTable(
      ['File', 'Change Type', 'Description'],
      rows.map(({ path, change, description }) => [[code(path)], [change], description]),
      MOST_ROWS,
    );
  return [paragraph([end === undefined ? 'Unknown until it finishes.' : none(story, end)])];
}

/** What ptask does not look at it cannot deny. */
function none({ task, assigned }: TaskStory, { status }: TaskFinished): string {
  if (task.workspace === 'worktree' && status !== 'passed')
    return 'None that remain: its changes were discarded with its worktree.';
  if (task.workspace === 'worktree') return 'None.';
  if (task.planned.undeclared && assigned?.run.length !== 0)
    return 'None known: it does not declare what it writes.';
  return task.planned.writes.length === 0 ? 'None: it declares no writes.' : 'None of its declared writes.';
}

function issues({ task }: TaskStory): Block[] {
  const rows = issuesOf(task).map(({ text, severity, resolution }) => [
    text,
    [severity ?? 'unspecified'],
    resolution ?? ['none'],
  ]);
  return rows.length === 0
    ? [paragraph(['None.'])]
    : shortTable(['Issue', 'Severity', 'Resolution'], rows, MOST_ROWS);
}

function review({ state, task, assigned }: TaskStory): Block[] {
  const called = eventsOf(task, 'task-verifying');
  if (called.length === 0) {
    return [list([say`Called: no, ${whyNoReview(task, assigned)}`, ['Result: none']])];
  }
  const who = (agent: string | undefined): Text =>
    agent === undefined ? ['commands'] : say`the agent ${code(agent)}`;
  const reviews = reviewsOf(task);
  const last = reviews.at(-1);
  const times = called.map(({ at }) => clock(state.started.startedAt, at));
  return [
    list([
      say`Called: yes, by ${who(called[0]?.agent)} at ${listOf(times, 10)}`,
      [`Result: ${last ? verdict(last.result) : 'not yet known'}`],
    ]),
    ...reviews.map(({ attempt, agent, result, durationMs, findings }) =>
      part(
        [`Attempt ${attempt}: ${verdict(result)}`],
        [
          paragraph(
            say`By ${who(agent)}, ${formatDuration(durationMs)}.${findings.length === 0 ? ' No findings.' : ''}`,
          ),
          ...given(findings.length > 0 && codeBlock(findings)),
        ],
      ),
    ),
  ];
}

function whyNoReview({ cached }: TaskState, assigned: Task | undefined): Text {
  if (cached?.hit) return [fromCache(cached)];
  const isAsked = assigned === undefined || assigned.verify.length > 0;
  return isAsked ? ['it did not get that far'] : say`it has no ${code('verify')}`;
}

function completion(story: TaskStory): Block[] {
  const { task } = story;
  const end = task.result;
  const handoff = saidBy(task, 'handoff');
  const notes =
    handoff === '' ? [paragraph(['Handoff notes: none'])] : [paragraph(['Handoff notes:']), quote(handoff)];
  if (end === undefined) return [list([['Status: running']]), ...notes];
  const tries = end.attempts > 1 ? `, ${plural(end.attempts, 'attempt')}` : '';
  const facts = given<Text>(
    say`Status: ${strong(statusOf(story, end))}${why(story, end)}`,
    [`Time taken: ${formatDuration(end.durationMs)}${tries}`],
    end.exitCode !== null && [`Exit code: ${end.exitCode}`],
  );
  return [list(facts), ...values(story), ...lastLines(end), ...notes];
}

/** Complete: it passed. Partial: it did not, and some of what it did stays. Failed: nothing of it stays. */
function statusOf({ task }: TaskStory, { status }: TaskFinished): string {
  if (status === 'passed' && restoredOf(task).length === 0) return 'Complete';
  return stayingOf(task).length > 0 ? 'Partial' : 'Failed';
}

function why({ task }: TaskStory, end: TaskFinished): Text {
  const { status } = end;
  const stays = stayingOf(task).length;
  const gone = restoredOf(task).length > 0;
  const fate = given(
    gone && 'its changes were restored with the rest of the run',
    stays > 0 && (gone || status !== 'passed') && `${plural(stays, 'changed file')} remained`,
  );
  if (status === 'passed' && gone) return [`, ${fate.join('; ')}`];
  const hit = hitOf(task);
  const reason = hit ? fromCache(hit) : end.reason;
  if (status === 'passed') return reason === undefined ? [] : [` (${reason})`];
  const how = status === 'failed' ? '' : `, ${spoken(status)}`;
  return [`${how}: `, ...join([causeOf(end), ...fate], '; ')];
}

function values({ task }: TaskStory): Block[] {
  const outputs = outputsOf(task);
  if (outputs.length === 0) return [];
  const rows = outputs.map(({ key, value, bytes }) => {
    const beginning = value.slice(0, MOST_OF_A_VALUE);
    const rest = beginning === value ? '' : ` … (${plural(bytes, 'byte')})`;
    return [[code(key)], [value === '' ? '(empty)' : `${beginning}${rest}`]];
  });
  return [paragraph(['Values handed over:']), ...shortTable(['Name', 'Value'], rows, MOST_ROWS)];
}

function lastLines({ output }: TaskFinished): Block[] {
  const { tail, leftOut = 0 } = output;
  return given(
    leftOut > 0 && paragraph([`${formatBytes(leftOut)} in the middle of its output were not kept.`]),
    tail.length > 0 && paragraph(['The end of its output:']),
    tail.length > 0 && codeBlock(tail),
  );
}
