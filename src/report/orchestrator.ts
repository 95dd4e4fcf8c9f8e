// The log of a run as a whole: what was known of its tasks before it began, what was decided and why, and what became of
// it. A pure function of the events so far, so true at any moment.

import { formatDuration } from '../base/duration.ts';
import type { Event, RunStarted, ValidationBlamed, ValidationFinished } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { clock } from './clock.ts';
import { withoutWorktree } from './denied.ts';
import { causeOf } from './failures.ts';
import { collisions } from './integration-markdown.ts';
import { bullets, codeSpan, escapeMarkdown, fencedBlock, table } from './markdown-text.ts';
import { decisionLines } from './orchestrator-decisions.ts';
import { failureSections } from './orchestrator-failures.ts';
import { blamed } from './telling.ts';
import { formatCount, list, plural } from './words.ts';

/** Lines at either end of the decisions, and phases that are named. */
const MOST_LINES = 1_000;
const MOST_PHASES = 50;

/** @param analysis of its plan, from `analysisSection`; it does not change while the run goes on */
export function orchestratorMarkdown(events: readonly Event[], analysis: string): string {
  const [first] = events;
  if (first?.type !== 'run-started') throw new Error('a run begins with run-started');
  const denied = events.filter((event) => event.type === 'workspace-denied');
  const run = denied.reduce((before, { id }) => withoutWorktree(before, id), first);
  return `${[
    heading(run, events),
    analysis,
    strategy(run.plan),
    decisions(run, events),
    section('Failures', failureSections(run, events)),
    section('Integration Conflicts', conflicts(events)),
    validation(run, events),
  ].join('\n\n')}\n`;
}

const section = (title: string, parts: readonly string[]): string =>
  [`## ${title}`, ...(parts.length === 0 ? ['None.'] : parts)].join('\n\n');

function heading(run: RunStarted, events: readonly Event[]): string {
  const last = events.at(-1) ?? run;
  const at = clock(run.startedAt, last.at);
  const state = last.type === 'run-finished' ? `over at ${at}` : `not over, as of ${at}`;
  return [
    `# Orchestrator log: ${escapeMarkdown(run.id)}`,
    bullets([
      `Execution ID: ${codeSpan(run.id)}`,
      `Started: ${escapeMarkdown(run.startedAt)}`,
      `Root: ${codeSpan(run.root)}`,
      `Tasks: ${formatCount(run.plan.tasks.length)}, up to ${formatCount(run.concurrency)} at once`,
      `Results: ${run.integrate}`,
      `State: ${state}`,
    ]),
  ].join('\n\n');
}

function strategy({ strategy, phases, notes }: Plan): string {
  const told = phases
    .slice(0, MOST_PHASES)
    .map(({ tasks }, at) => `${at + 1}. ${list(tasks.map(codeSpan), 12)}`);
  const rest = phases.length - told.length;
  return [
    `## Strategy\n\n**${strategy.letter}** (${strategy.name}), because:`,
    bullets(strategy.reasons.map(escapeMarkdown)),
    'Phases:',
    told.join('\n'),
    ...(rest > 0 ? [`And ${plural(rest, 'phase')} more.`] : []),
    ...(notes.length > 0
      ? ['Also:', bullets(notes.slice(0, 20).map(({ text }) => escapeMarkdown(text)))]
      : []),
  ].join('\n\n');
}

function decisions(run: RunStarted, events: readonly Event[]): string {
  const lines = decisionLines(run, events);
  const rest = lines.length - 2 * MOST_LINES;
  const told =
    rest > 0
      ? [...lines.slice(0, MOST_LINES), `- … ${formatCount(rest)} more …`, ...lines.slice(-MOST_LINES)]
      : lines;
  return `## Decisions\n\nTimes are in UTC.\n\n${told.join('\n')}`;
}

function conflicts(events: readonly Event[]): string[] {
  const waiting = new Set<string>();
  for (const event of events) {
    if (event.type === 'task-collided') waiting.add(event.id);
    else if (event.type === 'task-started') waiting.delete(event.id);
  }
  const all = events.flatMap((event) => (event.type === 'task-collided' ? event.conflicts : []));
  return collisions(all, waiting);
}

function validation(run: RunStarted, events: readonly Event[]): string {
  if (run.validation.length === 0) return '## Validation\n\nThe config has no validation steps.';
  const ended = events.filter((event): event is ValidationFinished => event.type === 'validation-finished');
  const blames = events.filter((event): event is ValidationBlamed => event.type === 'validation-blamed');
  const begun = new Set(events.flatMap((event) => (event.type === 'validation-started' ? [event.name] : [])));
  const rows = run.validation.map((name) => {
    const result = ended.find((each) => each.name === name);
    if (result === undefined) return [escapeMarkdown(name), begun.has(name) ? 'runs' : 'not begun', ' '];
    const why = result.status === 'passed' ? '' : `: ${escapeMarkdown(causeOf(result))}`;
    const took = result.status === 'skipped' ? ' ' : formatDuration(result.durationMs);
    return [escapeMarkdown(name), `${result.status}${why}`, took];
  });
  const tails = ended.flatMap(({ name, status, output }) =>
    status === 'failed' && output.tail.length > 0
      ? [`The end of the output of ${codeSpan(name)}:`, fencedBlock(output.tail)]
      : [],
  );
  const blame = blames.map(({ name, blame }) => `${codeSpan(name)}: ${blamed(blame, codeSpan)}.`);
  return ['## Validation', table(['Step', 'Result', 'Duration'], rows, [2]), ...tails, ...blame].join('\n\n');
}
