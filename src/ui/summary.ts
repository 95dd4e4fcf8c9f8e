// What stands on the screen after every run, whatever was drawn before: the parts of its report that matter then. The first
// cause comes first.

import { formatDuration } from '../base/duration.ts';
import type { Report, TaskReport } from '../model/report.ts';
import { cached, cachedCount } from '../present/cache-sentences.ts';
import { type Block, given, type Item, type Section } from '../present/document.ts';
import { countsOf, failuresOf, isComparable } from '../present/failures.ts';
import { formatCount, plural, printable, spoken } from '../present/format.ts';
import { plain } from '../present/plain.ts';
import { notes, notRun, suggestions } from '../present/report-document.ts';
import { logCommand } from '../present/sentences.ts';
import { chain, say, tasks as tasksOf } from '../present/text.ts';
import { type Limits, traces } from '../present/traces.ts';
import { exitCode } from '../report/exit-code.ts';
import { hitOf } from '../state/cached.ts';
import { blockLines, itemLines, sectionLines } from './document-lines.ts';
import { writeFailures } from './failure-view.ts';
import { flow, type Look, padEnd } from './layout.ts';
import { marksOf, PAINTS, signOf } from './marks.ts';
import type { SummaryContext, SummaryOptions, SummaryTerminal } from './summary-context.ts';

const BRIEF: Limits = { names: 6, items: 10, isBrief: true };
const WHOLE: Limits = { names: Number.POSITIVE_INFINITY, items: Number.POSITIVE_INFINITY, isBrief: true };

/** Parts that need several lines each; all others are notes of a line. */
const APART = ['strays', 'branches', 'worktrees'];

/** Writes piece by piece, so that long outputs never stand in memory together. */
export function writeSummary(terminal: SummaryTerminal, report: Report, options: SummaryOptions = {}): void {
  const { verbose = false, quiet = false } = options;
  const { colors, unicode } = terminal;
  const look = { colors, unicode, columns: terminal.columns() };
  const context: SummaryContext = { terminal, look, report, ...options };
  const lines = (texts: string[]) => terminal.write(texts.map((text) => `${text}\n`).join(''));

  if (quiet && exitCode(report) === 0) {
    lines(headline(context, [...strayCount(report, look), `took ${formatDuration(report.durationMs)}`]));
    return;
  }
  if (verbose) lines([...everyTask(context), '']);
  writeFailures(context);
  const limits = verbose ? WHOLE : BRIEF;
  const left = traces(report, limits);
  const inLines = (sections: readonly Section[]): string[] =>
    sections.flatMap(({ blocks }) => blocks.flatMap((block) => blockLines(worthALine(block, verbose), look)));
  const traced = inLines(left.filter(({ id }) => !APART.includes(id)));
  const said = [
    ...failedNames(report, look, limits),
    ...inLines([notRun(report, limits), notes(report, limits)]),
    ...traced,
  ];
  const apart = left
    .filter(({ id, blocks }) => APART.includes(id) && blocks.length > 0)
    .flatMap((section) => [...apartLines(section, look), '']);
  const isApart = report.status !== 'complete' || traced.length > 0 || apart.length > 0;
  if (said.length > 0 && isApart) said.push('');
  lines([...said, ...apart, ...headline(context, []), ...footer(context)]);
}

const worthALine = (block: Block, verbose: boolean): Block =>
  block.kind === 'list' && !verbose
    ? { ...block, items: block.items.filter(({ isDetail }) => isDetail !== true) }
    : block;

function apartLines(section: Section, look: Look): string[] {
  if (section.id === 'strays') return section.blocks.flatMap((block) => blockLines(block, look));
  return sectionLines(section, look, `${look.colors.yellow(marksOf(look).bullet)} `);
}

/** How to speed up the next run, where there is a way. */
export function writeSuggestions(terminal: SummaryTerminal, report: Pick<Report, 'suggestions'>): void {
  const { colors, unicode } = terminal;
  const lines = sectionLines(suggestions(report), { colors, unicode, columns: terminal.columns() });
  if (lines.length > 0) terminal.write(['', ...lines].map((line) => `${line}\n`).join(''));
}

/** Those that failed once more by name, where more than one did: their outputs may have filled the screen. */
function failedNames(report: Report, look: Look, { names }: Limits): string[] {
  const failures = failuresOf(report);
  if (failures.length < 2) return [];
  const all = failures.map(({ kind, name }) => (kind === 'task' ? name : `validation step ${name}`));
  const item: Item = { mark: 'failed', text: say`failed: ${tasksOf(all, names)}` };
  return itemLines(item, look);
}

function strayCount({ tasks }: Report, { colors }: Look): string[] {
  const count = tasks.reduce((sum, { strays }) => sum + strays.length, 0);
  return count > 0 ? [colors.yellow(plural(count, 'stray'))] : [];
}

function everyTask({ look, report }: SummaryContext): string[] {
  const column = Math.min(40, Math.max(0, ...report.tasks.map(({ id }) => id.length)));
  return report.tasks.map((task) => {
    const { id, status, durationMs, startedAt, filesChanged } = task;
    const hit = hitOf(task);
    const time = hit ? cached(hit) : startedAt === undefined ? status : formatDuration(durationMs);
    const files = filesChanged.length > 0 ? `  ${plural(filesChanged.length, 'file')} changed` : '';
    const detail = look.colors.dim(`${time.padStart(7)}${files}`);
    return `${signOf(status, look)} ${padEnd(printable(id), column)}  ${detail}`;
  });
}

/** `✖ 12 passed, 1 failed, 3 skipped, 9 cached, saved 1m 20s`: how many came out how, the cache, and the validation. */
function headline({ look, report }: SummaryContext, more: string[]): string[] {
  const { colors } = look;
  const { status, tasks, validation, cache } = report;
  const mark = {
    complete: exitCode(report) === 0 ? 'passed' : 'warning',
    partial: 'failed',
    failed: 'failed',
    interrupted: 'cancelled',
  } as const;
  const count = (items: readonly { status: TaskReport['status'] }[]) =>
    countsOf(items)
      .map(([each, number]) => colors[PAINTS[each]](`${formatCount(number)} ${spoken(each)}`))
      .join(', ');
  const parts = [
    ...(status === 'interrupted' ? ['interrupted'] : []),
    tasks.length === 0 ? 'no tasks to run' : given(count(tasks), cachedCount(cache)).join(', '),
    ...(validation.length > 0 ? [`validation: ${count(validation)}`] : []),
    ...more,
  ];
  const separator = ` ${colors.dim(marksOf(look).dot)} `;
  return flow(parts.map(colors.bold), separator, `${signOf(mark[status], look)} `, look.columns);
}

function footer({ look, report, folder, verbose }: SummaryContext): string[] {
  const { durationMs, workMs, criticalPathMs, criticalPath, speedup, tasks, strategy, cache } = report;
  const { dot, times } = marksOf(look);
  const path = plain(chain(criticalPath, verbose ? Number.POSITIVE_INFINITY : 6), { sign: marksOf(look) });
  const several = tasks.filter(({ startedAt }) => startedAt !== undefined).length > 1;
  const compares = several && isComparable(report);
  const isFaster = speedup >= 1.05;
  // Where the cache has spared most of the work there is little left to be fast with.
  const tellsSpeed = compares && (isFaster || (cache?.hits ?? 0) === 0);
  const faster = isFaster ? `${speedup.toFixed(1)}${times} as fast as` : 'no faster than';
  const timing = [
    `${strategy.letter} ${strategy.name}`,
    `wall ${formatDuration(durationMs)}`,
    ...(several ? [`work ${formatDuration(workMs)}`] : []),
    ...(compares && path !== '' ? [`critical path ${formatDuration(criticalPathMs)} (${path})`] : []),
    ...(tellsSpeed ? [`${faster} sequential (measured work over wall time)`] : []),
  ];
  const where = [
    `report ${folder ?? `.ptask/runs/${report.id}`}/report.md`,
    ...(report.firstFailure !== undefined ? [logCommand(report.firstFailure)] : []),
  ];
  return [timing, where]
    .flatMap((parts) => flow(parts, ` ${dot} `, '  ', look.columns))
    .map((line) => look.colors.dim(line));
}
