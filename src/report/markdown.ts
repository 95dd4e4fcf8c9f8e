// report.md: a report for those who read it later, in a review or an artefact of CI. The first cause stands first.

import { formatDuration } from '../base/duration.ts';
import { formatBytes } from '../base/size.ts';
import type { Blame, FileChange, Output, Report, TaskReport, Wait } from '../model/report.ts';
import { isComparable } from './comparable.ts';
import { countBy, type Failure, failuresOf, heldBack } from './failures.ts';
import { integrationSections } from './integration-markdown.ts';
import { codeSpan, escapeMarkdown, fencedBlock, table } from './markdown-text.ts';
import { blamed, waitFor } from './telling.ts';
import { chain, list, plural, spoken } from './words.ts';

const ICONS = {
  complete: '✅',
  partial: '⚠️',
  interrupted: '⚠️',
  failed: '❌',
  passed: '✅',
  'rolled-back': '↩️',
  skipped: '⏭️',
  cancelled: '⏹️',
} as const;

/** Files named per task; the rest are counted. */
const MAX_FILES = 20;
/** Waits named, the longest ones, and how much of the run one must be to be worth a row. */
const MAX_WAITS = 10;
const WORTH_TELLING = 0.02;
/** Failures shown with the end of their output; the rest are in the table. */
const MAX_TAILS = 50;

export function reportMarkdown(report: Report): string {
  const sections = [
    headline(report),
    failures(report),
    restSection(report),
    tasks(report),
    ...integrationSections(report),
    validation(report),
    timing(report),
    waits(report),
    files(report),
    logs(report),
    advice(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function headline(report: Report): string {
  const { letter, name } = report.strategy;
  const counts = countBy(report.tasks);
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    `# ${ICONS[report.status]} ${escapeMarkdown(report.id)}: ${report.status}`,
    '',
    `- Execution ID: ${codeSpan(report.id)}`,
    `- Strategy: **${letter}** (${name}), up to ${plural(report.concurrency, 'task')} at once`,
    `- Status: ${ICONS[report.status]} **${report.status}**, ${parts.map(([status, count]) => `${count} ${spoken(status)}`).join(', ') || 'no tasks'}`,
    `- Started: ${escapeMarkdown(report.startedAt)}`,
    `- Took: ${formatDuration(report.durationMs)}`,
  ].join('\n');
}

function failures(report: Report): string {
  const [first, ...further] = failuresOf(report);
  if (!first) return '';
  const shown = further.slice(0, MAX_TAILS - 1);
  const blames = new Map(report.validation.map(({ name, blame }) => [name, blame]));
  const told = (one: Failure): string =>
    failure(one, one.kind === 'validation' ? blames.get(one.name) : undefined);
  const rest = further.slice(shown.length).map(({ name }) => name);
  return [
    `## What failed first\n\n${told(first)}`,
    ...(further.length > 0 ? [`## What else failed`, ...shown.map(told)] : []),
    ...(rest.length > 0 ? [`And ${list(rest.map(codeSpan), 20)}.`] : []),
  ].join('\n\n');
}

function failure(
  { kind, name, cause, rolledBack, durationMs, attempts, output, log }: Failure,
  blame: Blame | undefined,
): string {
  const what = kind === 'task' ? codeSpan(name) : `Validation step ${codeSpan(name)}`;
  const tries = attempts > 1 ? `, ${plural(attempts, 'attempt')}` : '';
  const undone = rolledBack ? ' It was rolled back.' : '';
  const broken = blame ? `; ${blamed(blame, codeSpan)}` : '';
  const sentence = `${what} failed: ${escapeMarkdown(cause)} (${formatDuration(durationMs)}${tries})${broken}.${undone}`;
  const where = log === undefined ? '' : ` ${keptOf(output)}: ${codeSpan(log)}.`;
  if (output.tail.length === 0) return `${sentence}${output.bytes === 0 ? ' It printed nothing.' : where}`;
  return `${sentence} The end of its output:\n\n${fencedBlock(output.tail)}${where && `\n\n${where.trim()}`}`;
}

const keptOf = ({ leftOut = 0 }: Output): string =>
  leftOut === 0 ? 'Everything it printed' : `What it printed, but for ${formatBytes(leftOut)} in the middle`;

function restSection(report: Report): string {
  const groups = heldBack(report).filter(({ status }) => status !== 'rolled-back');
  if (groups.length === 0) return '';
  const lines = groups.map(
    ({ status, because, tasks }) =>
      `- ${status} ${escapeMarkdown(because)}: ${list(tasks.map(codeSpan), 20)}`,
  );
  return `## What did not run to its end\n\n${lines.join('\n')}`;
}

function tasks({ tasks }: Report): string {
  const rows = tasks.map((task) => [
    codeSpan(task.id),
    `${ICONS[task.status]} ${spoken(task.status)}${cellReason(task)}`,
    task.attempts > 0 ? formatDuration(task.durationMs) : '',
    String(task.attempts),
    String(task.filesChanged.length),
  ]);
  return `## Tasks\n\n${table(['Task', 'Status', 'Duration', 'Attempts', 'Files changed'], rows, [2, 3, 4])}`;
}

function cellReason({ status, reason }: TaskReport): string {
  return status === 'passed' || reason === undefined ? '' : `: ${escapeMarkdown(reason)}`;
}

function validation({ validation }: Report): string {
  if (validation.length === 0) return '';
  const rows = validation.map(({ name, status, reason, durationMs }) => [
    escapeMarkdown(name),
    `${ICONS[status]} ${status}${reason === undefined ? '' : `: ${escapeMarkdown(reason)}`}`,
    status === 'skipped' ? '' : formatDuration(durationMs),
  ]);
  const blames = validation.flatMap(({ name, blame }) =>
    blame ? [`- ${escapeMarkdown(name)}: ${blamed(blame, codeSpan)}`] : [],
  );
  const found = blames.length > 0 ? `\n\nWhich tasks broke it:\n\n${blames.join('\n')}` : '';
  return `## Validation\n\n${table(['Step', 'Status', 'Duration'], rows, [2])}${found}`;
}

function timing(report: Report): string {
  const path = chain(report.criticalPath.map(codeSpan), '→', '…', 20);
  const rows = [
    ['Total duration', formatDuration(report.durationMs), 'wall time, validation included'],
    [
      'Work',
      formatDuration(report.workMs),
      'all attempts and validation steps, waits and dropped results left out',
    ],
    ...(isComparable(report)
      ? [
          ['Critical path', formatDuration(report.criticalPathMs), path || 'nothing had to wait'],
          ['Speedup', `${report.speedup}×`, 'against sequential: measured work over wall time'],
        ]
      : []),
  ];
  return `## Time\n\n${table(['Measure', 'Value', 'Meaning'], rows, [1])}`;
}

/** What could have gone on and had to wait; that a task comes after another is no news. */
function waits({ tasks, durationMs }: Report): string {
  const rows = tasks
    .flatMap(({ id, waits = [] }) => waits.map((wait: Wait) => ({ id, wait })))
    .filter(({ wait }) => wait.for !== 'task' && wait.ms >= Math.max(100, durationMs * WORTH_TELLING))
    .sort((a, b) => b.wait.ms - a.wait.ms)
    .slice(0, MAX_WAITS)
    .map(({ id, wait }) => [codeSpan(id), formatDuration(wait.ms), waitFor(wait, codeSpan)]);
  return rows.length > 0 ? `## Longest waits\n\n${table(['Task', 'Waited', 'For'], rows, [1])}` : '';
}

function logs({ id, tasks }: Report): string {
  const told = tasks.some(({ taskLog }) => taskLog !== undefined);
  return [
    `## Logs\n\nIn ${codeSpan(`.ptask/runs/${id}/`)}:\n`,
    '- `orchestrator.md`: what was decided, and why',
    ...(told
      ? ['- `tasks/<task>.md`: the log of each task', '- `tasks/<task>.out`: all that it has printed']
      : []),
    '- `events.ndjson`: everything that happened, for programs',
  ].join('\n');
}

function advice({ advice = [] }: Report): string {
  if (advice.length === 0) return '';
  const items = advice.map(({ text, savesMs }, index) => {
    const saves = savesMs === undefined ? '' : ` (saves up to ${formatDuration(savesMs)})`;
    return `${index + 1}. ${escapeMarkdown(text)}${saves}`;
  });
  return `## Next time\n\n${items.join('\n')}`;
}

function files({ tasks, restored }: Report): string {
  const changed = tasks.filter(({ filesChanged }) => filesChanged.length > 0);
  if (changed.length === 0) return '';
  const blocks = changed.map(({ id, status, filesChanged }) => {
    const lines = filesChanged
      .slice(0, MAX_FILES)
      .map(({ path, change }: FileChange) => `- ${change} ${codeSpan(path)}`);
    const rest = filesChanged.length - lines.length;
    const undone = status === 'rolled-back' || restored !== undefined ? ' (put back)' : '';
    return `### ${escapeMarkdown(id)}${undone}\n\n${[...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n')}`;
  });
  return `## Files changed\n\n${blocks.join('\n\n')}`;
}
