// What stands on the screen after every run, whatever was drawn before. The first cause comes first.

import { formatDuration } from '../base/duration.ts';
import { formatBytes } from '../base/size.ts';
import type { Report } from '../model/report.ts';
import { isComparable } from '../report/comparable.ts';
import type { ReadOutput } from '../report/excerpt.ts';
import { exitCode } from '../report/exit-code.ts';
import { countBy, type Failure, heldBack } from '../report/failures.ts';
import { chain, formatCount, list, plural, printable, spoken } from '../report/words.ts';
import { collisionsOf, runsAgain } from '../state/collisions.ts';
import { aftermathBlocks, aftermathNotes, strayCount } from './aftermath-view.ts';
import { failedLines, writeFailures } from './failure-view.ts';
import { type Marks, marksOf } from './marks.ts';
import { logCommand } from './messages.ts';
import { flow, hang, padEnd } from './plan-view/layout.ts';
import type { Terminal } from './terminal.ts';

export type SummaryTerminal = Pick<Terminal, 'write' | 'writeOutput' | 'columns' | 'colors' | 'unicode'>;

export interface SummaryOptions {
  /** Opens the logs of failed tasks and steps; without it, or where one is gone, the tail in the report is shown. */
  readOutput?: ReadOutput;
  /** Every task with its time, and every name in a list. */
  verbose?: boolean;
  /** One line, unless something failed or could not be integrated. */
  quiet?: boolean;
  /** The folder of the run, as a person in the working directory would write it. */
  folder?: string;
  /** The outputs stand above in sections; a command for the CI service in one must not be given a second time. */
  folded?: boolean;
  /** Whether its whole output is on the screen already. */
  wasShown?: (failure: Failure) => boolean;
}

const MAX_NAMES = 6;

/** Writes piece by piece, so that long outputs never stand in memory together. */
export function writeSummary(terminal: SummaryTerminal, report: Report, options: SummaryOptions = {}): void {
  const { verbose = false, quiet = false } = options;
  const context: SummaryContext = {
    terminal,
    report,
    sign: marksOf(terminal),
    columns: terminal.columns(),
    ...options,
  };
  const lines = (texts: string[]) => terminal.write(texts.map((text) => `${text}\n`).join(''));

  if (quiet && exitCode(report) === 0) {
    lines(headline(context, [...strayCount(context), `took ${formatDuration(report.durationMs)}`]));
    return;
  }
  if (verbose) lines([...everyTask(context), '']);
  writeFailures(context);
  const traces = aftermathNotes(context);
  const notes = [
    ...[failedLines, heldBackLines, retried, cutOutputs].flatMap((lines) => lines(context)),
    ...traces,
  ];
  const blocks = aftermathBlocks(context).flatMap((block) => [...block, '']);
  const apart = report.status !== 'complete' || traces.length > 0 || blocks.length > 0;
  if (notes.length > 0 && apart) notes.push('');
  lines([...notes, ...blocks, ...headline(context, []), ...footer(context)]);
}

export interface SummaryContext extends SummaryOptions {
  terminal: SummaryTerminal;
  report: Report;
  sign: Marks;
  columns: number;
}

function heldBackLines({ terminal, report, sign, columns, verbose }: SummaryContext): string[] {
  const { colors } = terminal;
  return heldBack(report).flatMap(({ status, because, tasks }) => {
    const mark = colors.yellow(sign[status]);
    const names = list(tasks.map(printable), verbose ? Number.POSITIVE_INFINITY : MAX_NAMES);
    return hang(`${mark} `, `${spoken(status)} ${printable(because)}: ${names}`, columns);
  });
}

/** A pass that took more than one attempt is worth knowing. */
function retried({ terminal, report, sign, columns, verbose }: SummaryContext): string[] {
  // Those that collided are told elsewhere.
  const again = new Set(
    collisionsOf(report.integration.conflicts)
      .filter((each) => runsAgain([each]))
      .map(({ task }) => task),
  );
  const names = report.tasks
    .filter(({ id, status, attempts }) => status === 'passed' && attempts > 1 && !again.has(id))
    .map(({ id, attempts }) => `${printable(id)} (${plural(attempts, 'attempt')})`);
  if (names.length === 0) return [];
  const text = `passed only when tried again: ${list(names, verbose ? Number.POSITIVE_INFINITY : MAX_NAMES)}`;
  return hang(`${terminal.colors.yellow(sign.retrying)} `, text, columns);
}

/** What a log lacks is never passed over. */
function cutOutputs({ terminal, report, sign, columns, verbose }: SummaryContext): string[] {
  const names = [
    ...report.tasks.map(({ id, output }) => ({ name: id, output })),
    ...report.validation.map(({ name, output }) => ({ name, output })),
  ].flatMap(({ name, output }) =>
    output?.leftOut ? [`${formatBytes(output.leftOut)} of ${printable(name)}`] : [],
  );
  if (names.length === 0) return [];
  const text = `output beyond its limit is not kept: ${list(names, verbose ? Number.POSITIVE_INFINITY : MAX_NAMES)}`;
  return hang(`${terminal.colors.yellow(sign.warning)} `, text, columns);
}

function everyTask({ terminal, report, sign }: SummaryContext): string[] {
  const { colors } = terminal;
  const marks = {
    passed: colors.green(sign.passed),
    failed: colors.red(sign.failed),
    'rolled-back': colors.red(sign['rolled-back']),
    skipped: colors.yellow(sign.skipped),
    cancelled: colors.yellow(sign.cancelled),
  };
  const column = Math.min(40, Math.max(0, ...report.tasks.map(({ id }) => id.length)));
  return report.tasks.map(({ id, status, durationMs, startedAt, filesChanged }) => {
    const time = startedAt === undefined ? status : formatDuration(durationMs);
    const files = filesChanged.length > 0 ? `  ${plural(filesChanged.length, 'file')} changed` : '';
    return `${marks[status]} ${padEnd(printable(id), column)}  ${colors.dim(`${time.padStart(7)}${files}`)}`;
  });
}

/** `✖ 12 passed, 1 failed, 3 skipped`: how many came out how, and the validation. */
function headline({ terminal, report, sign, columns }: SummaryContext, more: string[]): string[] {
  const { colors } = terminal;
  const { status, tasks, validation } = report;
  const mark = {
    complete: exitCode(report) === 0 ? colors.green(sign.passed) : colors.yellow(sign.warning),
    partial: colors.red(sign.failed),
    failed: colors.red(sign.failed),
    interrupted: colors.yellow(sign.cancelled),
  }[status];
  const paint = {
    passed: colors.green,
    failed: colors.red,
    'rolled-back': colors.red,
    skipped: colors.yellow,
    cancelled: colors.yellow,
  };
  const count = (counts: Record<string, number>) =>
    (Object.keys(paint) as (keyof typeof paint)[])
      .filter((each) => (counts[each] ?? 0) > 0)
      .map((each) => paint[each](`${formatCount(counts[each] ?? 0)} ${spoken(each)}`))
      .join(', ');
  const parts = [
    ...(status === 'interrupted' ? ['interrupted'] : []),
    tasks.length === 0 ? 'no tasks to run' : count(countBy(tasks)),
    ...(validation.length > 0 ? [`validation: ${count(countBy(validation))}`] : []),
    ...more,
  ];
  return flow(parts.map(colors.bold), ` ${colors.dim(sign.dot)} `, `${mark} `, columns);
}

function footer({ terminal, report, sign, columns, folder, verbose }: SummaryContext): string[] {
  const { colors } = terminal;
  const { durationMs, workMs, criticalPathMs, criticalPath, speedup, tasks, strategy } = report;
  const path = chain(
    criticalPath.map(printable),
    sign.arrow,
    sign.ellipsis,
    verbose ? Number.POSITIVE_INFINITY : 6,
  );
  const several = tasks.filter(({ startedAt }) => startedAt !== undefined).length > 1;
  const compares = several && isComparable(report);
  const times = [
    `${strategy.letter} ${strategy.name}`,
    `wall ${formatDuration(durationMs)}`,
    ...(several ? [`work ${formatDuration(workMs)}`] : []),
    ...(compares && path !== '' ? [`critical path ${formatDuration(criticalPathMs)} (${path})`] : []),
    ...(compares
      ? [`${inWords(speedup, sign.times)} one after the other (measured work over wall time)`]
      : []),
  ];
  const where = [
    `report ${folder ?? `.ptask/runs/${report.id}`}/report.md`,
    ...(report.firstFailure !== undefined ? [logCommand(report.firstFailure)] : []),
  ];
  return [times, where]
    .flatMap((parts) => flow(parts, ` ${sign.dot} `, '  ', columns))
    .map((line) => colors.dim(line));
}

const inWords = (speedup: number, times: string): string =>
  speedup < 1.05 ? 'no sooner than' : `${speedup.toFixed(1)}${times} as fast as`;
