// What was decided in a run, in the order in which it fell, a line each.

import { formatDuration } from '../base/duration.ts';
import type { Event, RunStarted, RunStopping, TaskStarted, TreeRestored } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { edgeCount, edgesOf } from '../model/task-pairs.ts';
import { collisionsOf } from '../state/collisions.ts';
import type { RunState } from '../state/run-state.ts';
import { notCommitted, reachedOutside, removed } from './aftermath.ts';
import { clock } from './clock.ts';
import { encounter, resolution } from './collisions.ts';
import { deniedWorktree } from './denied.ts';
import { causeOf } from './failures.ts';
import { SPELLING } from './integration-markdown.ts';
import { codeSpan, escapeMarkdown } from './markdown-text.ts';
import { blamed } from './telling.ts';
import { list, plural, spoken } from './words.ts';

/** Edges up to which it is told whom a task has waited for. */
const MOST_EDGES = 10_000;
const MOST_NAMES = 8;

const names = (ids: readonly string[]): string => list(ids.map(codeSpan), MOST_NAMES);

interface Telling {
  run: RunStarted;
  before: ReadonlyMap<string, string[]>;
  isolated: ReadonlySet<string>;
}

export function decisionLines(state: RunState): string[] {
  const { started: run } = state;
  const isolated = state.tasks.filter(({ workspace }) => workspace === 'worktree').map(({ id }) => id);
  const telling = { run, before: predecessors(run.plan), isolated: new Set(isolated) };
  return state.events.flatMap((event) =>
    decided(event, telling).map((text) => `- ${clock(run.startedAt, event.at)} ${text}`),
  );
}

function predecessors(plan: Plan): Map<string, string[]> {
  const before = new Map<string, string[]>();
  if (edgeCount(plan) > MOST_EDGES) return before;
  for (const { from, to } of edgesOf(plan)) {
    const known = before.get(to);
    if (known) known.push(from);
    else before.set(to, [from]);
  }
  return before;
}

function decided(event: Event, telling: Telling): string[] {
  switch (event.type) {
    case 'run-started':
      return began(event);
    case 'task-waiting':
      return [`${codeSpan(event.id)} has to wait for ${names(event.resources)}`];
    case 'workspace-ready':
      return [
        `isolated ${codeSpan(event.id)} in ${event.reused ? 'a worktree that an earlier task has left' : 'a new worktree'}, branch ${codeSpan(event.branch)}`,
      ];
    case 'workspace-denied':
      return [`${codeSpan(event.id)} ${deniedWorktree(event.reason, escapeMarkdown)}`];
    case 'task-started':
      return [started(event, telling)];
    case 'task-reviewed':
      return event.review.result === 'approved'
        ? [`${codeSpan(event.id)} was reviewed: approved`]
        : [`${codeSpan(event.id)} was reviewed: needs fixes`];
    case 'task-retrying':
      return [
        `${codeSpan(event.id)} failed (${escapeMarkdown(event.reason)}): to be tried again in ${formatDuration(event.delayMs)}`,
      ];
    case 'task-ran':
      return [`${codeSpan(event.id)} is done in its worktree and waits for its turn to be integrated`];
    case 'task-integrating':
      return [`integrating ${codeSpan(event.id)}`];
    case 'task-collided':
      return collisionsOf(event.conflicts).map(
        (collision) => `${encounter(collision, SPELLING)}: ${resolution(collision, SPELLING, true)}`,
      );
    case 'task-finished': {
      const { id, status, filesChanged, durationMs, attempts } = event;
      if (status !== 'passed')
        return [`${codeSpan(id)} ${spoken(status)}: ${escapeMarkdown(causeOf(event))}`];
      if (attempts === 0)
        return [`${codeSpan(id)} does not run: ${escapeMarkdown(event.reason ?? 'done before')}`];
      return [
        `${codeSpan(id)} passed after ${formatDuration(durationMs)}, ${plural(filesChanged.length, 'file')} changed`,
      ];
    }
    case 'run-stopping':
      return [`stopping the run: ${stop(event)}`];
    case 'task-strayed':
      return [
        `${codeSpan(event.id)} seems to have changed ${names(event.strays.map(({ path }) => path))} outside its \`writes\``,
      ];
    case 'task-reached-outside':
      return event.changes.map((change) => reachedOutside(event.id, change, codeSpan));
    case 'tree-restored':
      return [putBack(event)];
    case 'run-cleaned': {
      const gone = removed(event);
      const kept = event.kept.map(
        ({ task, branch, reason }) =>
          `kept the branch ${codeSpan(branch)} of ${codeSpan(task)}: ${escapeMarkdown(reason)}`,
      );
      const left = event.uncommitted === undefined ? [] : [notCommitted(escapeMarkdown(event.uncommitted))];
      return [...(gone === undefined ? [] : [gone]), ...left, ...kept];
    }
    case 'validation-started':
      return [`validating: ${codeSpan(event.name)}`];
    case 'validation-finished': {
      const why = event.status === 'passed' ? '' : `: ${escapeMarkdown(causeOf(event))}`;
      return [`validation ${codeSpan(event.name)} ${event.status}${why}`];
    }
    case 'validation-blamed':
      return [`${codeSpan(event.name)}: ${blamed(event.blame, codeSpan)}`];
    case 'run-finished':
      return ['the run is over'];
    default:
      return [];
  }
}

function putBack({ files, left }: TreeRestored): string {
  const but = left.length === 0 ? '' : `, and left as they are ${names(left)}`;
  return `put the tree back as it was before the run: ${plural(files, 'file')}${but}`;
}

function stop({ reason, task }: RunStopping): string {
  const who = task === undefined ? undefined : codeSpan(task);
  switch (reason) {
    case 'abort':
      return `${who ?? 'a task'} failed, and its \`onFailure\` is abort`;
    case 'collision':
      return `${who === undefined ? 'results do' : `the result of ${who} does`} not fit, and nobody may decide`;
    case 'interrupt':
      return 'somebody asked for it';
  }
}

function began({ concurrency, resume }: RunStarted): string[] {
  const done = resume?.tasks.filter(({ isDone }) => isDone).map(({ id }) => id) ?? [];
  return [
    `the run began, up to ${plural(concurrency, 'task')} at once`,
    ...(resume === undefined
      ? []
      : [
          `going on from ${codeSpan(resume.run)}, where ${done.length === 0 ? 'nothing' : names(done)} ${done.length > 1 ? 'are' : 'is'} done`,
        ]),
  ];
}

function started({ id, attempt, agent }: TaskStarted, { before, isolated }: Telling): string {
  const by = agent === undefined ? '' : ` with the agent ${codeSpan(agent)}`;
  if (attempt > 1) return `started ${codeSpan(id)} again${by}, attempt ${attempt}`;
  const where = isolated.has(id) ? 'in its worktree' : 'in the shared tree';
  const waited = before.get(id) ?? [];
  return `started ${codeSpan(id)} ${where}${by}${waited.length === 0 ? '' : `, since ${names(waited)} ${waited.length === 1 ? 'is' : 'are'} over`}`;
}
