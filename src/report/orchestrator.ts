// The log of a run as a whole: what was known of its tasks before it began, what was decided and why, and what became of
// it. A pure function of the events so far, so true at any moment.

import { formatDuration } from '../base/duration.ts';
import type { Plan } from '../model/plan.ts';
import type { RunState } from '../state/run-state.ts';
import { clock } from './clock.ts';
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
export function orchestratorMarkdown(state: RunState, analysis: string): string {
  return `${[
    heading(state),
    analysis,
    strategy(state.started.plan),
    decisions(state),
    section('Failures', failureSections(state)),
    section('Integration Conflicts', conflicts(state)),
    validation(state),
  ].join('\n\n')}\n`;
}

const section = (title: string, parts: readonly string[]): string =>
  [`## ${title}`, ...(parts.length === 0 ? ['None.'] : parts)].join('\n\n');

function heading({ started: run, at, endedAt }: RunState): string {
  const time = clock(run.startedAt, at);
  return [
    `# Orchestrator log: ${escapeMarkdown(run.id)}`,
    bullets([
      `Execution ID: ${codeSpan(run.id)}`,
      `Started: ${escapeMarkdown(run.startedAt)}`,
      `Root: ${codeSpan(run.root)}`,
      `Tasks: ${formatCount(run.plan.tasks.length)}, up to ${formatCount(run.concurrency)} at once`,
      `Results: ${run.integrate}`,
      `State: ${endedAt === undefined ? `not over, as of ${time}` : `over at ${time}`}`,
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

function decisions(state: RunState): string {
  const lines = decisionLines(state);
  const rest = lines.length - 2 * MOST_LINES;
  const told =
    rest > 0
      ? [...lines.slice(0, MOST_LINES), `- … ${formatCount(rest)} more …`, ...lines.slice(-MOST_LINES)]
      : lines;
  return `## Decisions\n\nTimes are in UTC.\n\n${told.join('\n')}`;
}

function conflicts({ tasks, events }: RunState): string[] {
  const waiting = new Set(tasks.flatMap(({ id, collision }) => (collision === undefined ? [] : [id])));
  return collisions(
    events.flatMap((event) => (event.type === 'task-collided' ? event.conflicts : [])),
    waiting,
  );
}

function validation({ steps }: RunState): string {
  if (steps.length === 0) return '## Validation\n\nThe config has no validation steps.';
  const rows = steps.map(({ id, startedAt, result }) => {
    if (result === undefined)
      return [escapeMarkdown(id), startedAt === undefined ? 'not begun' : 'runs', ' '];
    const why = result.status === 'passed' ? '' : `: ${escapeMarkdown(causeOf(result))}`;
    const took = result.status === 'skipped' ? ' ' : formatDuration(result.durationMs);
    return [escapeMarkdown(id), `${result.status}${why}`, took];
  });
  const tails = steps.flatMap(({ id, result }) =>
    result?.status === 'failed' && result.output.tail.length > 0
      ? [`The end of the output of ${codeSpan(id)}:`, fencedBlock(result.output.tail)]
      : [],
  );
  const blame = steps.flatMap(({ id, blame }) =>
    blame ? [`${codeSpan(id)}: ${blamed(blame, codeSpan)}.`] : [],
  );
  return ['## Validation', table(['Step', 'Result', 'Duration'], rows, [2]), ...tails, ...blame].join('\n\n');
}
