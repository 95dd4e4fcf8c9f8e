// What stands on the screen after every run, whatever was drawn before. The first cause comes first.

import { formatDuration } from '../base/duration.ts';
import type { Report } from '../model/report.ts';
import { shellWord } from '../report/aftermath.ts';
import { type Collision, collisionsOf, runsAgain, unresolvedOf } from '../report/collisions.ts';
import { type Excerpt, excerpt, type OutputSource, type ReadOutput } from '../report/excerpt.ts';
import { countBy, type Failure, failuresOf, heldBack } from '../report/failures.ts';
import { blamed } from '../report/telling.ts';
import { settle } from '../report/terminal-codes.ts';
import { chain, formatBytes, formatCount, list, plural, printable, spoken } from '../report/words.ts';
import { aftermathBlocks, aftermathNotes, strayCount, unresolvedBlock } from './aftermath-view.ts';
import { type Marks, marksOf } from './marks.ts';
import { flow, hang, padEnd, widthOf } from './plan-view/layout.ts';
import type { Terminal } from './terminal.ts';

export type SummaryTerminal = Pick<Terminal, 'write' | 'columns' | 'colors' | 'unicode'>;

export interface SummaryOptions {
  /** Opens the logs of failed tasks and steps; without it, or where one is gone, the tail in the report is shown. */
  readOutput?: ReadOutput;
  /** Every task with its time, and every name in a list. */
  verbose?: boolean;
  /** One line, unless something failed. */
  quiet?: boolean;
  /** The folder of the run, as a person in the working directory would write it. */
  folder?: string;
  /** The outputs stand above in sections; a command for the CI service in one must not be given a second time. */
  folded?: boolean;
}

/** Outputs shown in full, all together. The first failure always has its share; beyond this only tails are shown. */
const BUDGET = 8 * 1024 * 1024;
const RULE = 100;
const MAX_NAMES = 6;

/** Writes piece by piece, so that long outputs never stand in memory together. */
export function writeSummary(terminal: SummaryTerminal, report: Report, options: SummaryOptions = {}): void {
  const { verbose = false, quiet = false } = options;
  const context: Context = {
    terminal,
    report,
    sign: marksOf(terminal),
    columns: terminal.columns(),
    ...options,
  };
  const lines = (texts: string[]) => terminal.write(texts.map((text) => `${text}\n`).join(''));

  if (quiet && report.status === 'complete') {
    lines(headline(context, [...strayCount(context), `took ${formatDuration(report.durationMs)}`]));
    return;
  }
  if (verbose) lines([...everyTask(context), '']);
  writeFailures(context);
  const traces = aftermathNotes(context);
  const notes = [...heldBackLines(context), ...retried(context), ...traces];
  const blocks = aftermathBlocks(context).flatMap((block) => [...block, '']);
  const apart = report.status !== 'complete' || traces.length > 0 || blocks.length > 0;
  if (notes.length > 0 && apart) notes.push('');
  lines([...notes, ...blocks, ...headline(context, []), ...footer(context)]);
}

interface Context extends SummaryOptions {
  terminal: SummaryTerminal;
  report: Report;
  sign: Marks;
  columns: number;
}

/** A collision stands in place of the output of the task that collided, which says nothing about it. */
function writeFailures(context: Context): void {
  const { terminal, report } = context;
  const unresolved = unresolvedOf(report);
  const writeCollisions = (some: readonly Collision[]) => {
    for (const collision of some) terminal.write(`${unresolvedBlock(context, collision).join('\n')}\n\n`);
  };
  const told = new Set<Collision>();
  let budget = BUDGET;
  for (const [place, failure] of failuresOf(report).entries()) {
    const own = failure.kind === 'task' ? unresolved.filter(({ task }) => task === failure.name) : [];
    writeCollisions(own);
    for (const collision of own) told.add(collision);
    if (own.length === 0) budget -= writeFailure(context, failure, place === 0, budget);
  }
  writeCollisions(unresolved.filter((collision) => !told.has(collision)));
}

/** Returns how many bytes of output were read for it. */
function writeFailure(context: Context, failure: Failure, first: boolean, budget: number): number {
  const { terminal, sign, columns, readOutput, folded } = context;
  const { colors } = terminal;
  const write = (text: string) => terminal.write(text);
  const { kind, name, cause, rolledBack, durationMs, attempts, log } = failure;
  const what = kind === 'task' ? printable(name) : `validation step ${printable(name)}`;
  const tries = attempts > 1 ? `, ${plural(attempts, 'attempt')}` : '';
  const undone = rolledBack ? ', rolled back' : '';
  const sentence = `${colors.bold(what)} ${first ? 'failed' : 'failed too'}${undone}: ${printable(cause)} ${colors.dim(`(${formatDuration(durationMs)}${tries})`)}`;
  write(
    `${hang(`${colors.red(rolledBack ? sign['rolled-back'] : sign.failed)} `, sentence, columns).join('\n')}\n`,
  );
  for (const line of blameLines(context, failure)) write(`${line}\n`);

  if (folded && failure.output.bytes > 0) {
    write(`  ${colors.dim('Its output is in its section above.')}\n\n`);
    return 0;
  }
  const source = log === undefined || budget <= 0 ? undefined : readOutput?.(log);
  const part = partOf(source, failure);
  if (part.head === '' && part.leftOut === 0) {
    write(`  ${colors.dim('It printed nothing.')}\n\n`);
    return 0;
  }
  const wide = Math.min(columns, RULE);
  const rule = (label: string) => {
    const line = `${sign.rule.repeat(2)} ${label} ${sign.rule.repeat(Math.max(2, wide - widthOf(label) - 4))}`;
    return `${colors.dim(line)}\n`;
  };
  write(rule(printable(name)));
  // As the task wrote it: no colours of ours, no indent that would break a copied line.
  write(settle(part.head, colors.isColorSupported));
  if (part.leftOut > 0) {
    write(
      `${colors.dim(`${sign.ellipsis} ${formatBytes(part.leftOut)} left out; all of it: ${logCommand(name)}`)}\n`,
    );
    write(settle(part.tail, colors.isColorSupported));
  }
  write(`${rule(`end of ${printable(name)}`)}\n`);
  return source ? Math.min(source.bytes, 1024 * 1024) : 0;
}

function blameLines({ report, columns }: Context, { kind, name }: Failure): string[] {
  const blame =
    kind === 'validation' ? report.validation.find((step) => step.name === name)?.blame : undefined;
  return blame === undefined ? [] : hang('  ', printable(blamed(blame)), columns);
}

/** A summary stands after every run, so a log that cannot be read is no reason to throw. */
function partOf(source: OutputSource | undefined, { output }: Failure): Excerpt {
  try {
    if (source) return excerpt(source);
  } catch {}
  return { head: output.tail.join('\n'), leftOut: 0, tail: '' };
}

function heldBackLines({ terminal, report, sign, columns, verbose }: Context): string[] {
  const { colors } = terminal;
  return heldBack(report).flatMap(({ status, because, tasks }) => {
    const mark = colors.yellow(sign[status]);
    const names = list(tasks.map(printable), verbose ? Number.POSITIVE_INFINITY : MAX_NAMES);
    return hang(`${mark} `, `${spoken(status)} ${printable(because)}: ${names}`, columns);
  });
}

/** A pass that took more than one attempt is worth knowing. */
function retried({ terminal, report, sign, columns, verbose }: Context): string[] {
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

function everyTask({ terminal, report, sign }: Context): string[] {
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
function headline({ terminal, report, sign, columns }: Context, more: string[]): string[] {
  const { colors } = terminal;
  const { status, tasks, validation } = report;
  const mark = {
    complete: colors.green(sign.passed),
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

function footer({ terminal, report, sign, columns, folder, verbose }: Context): string[] {
  const { colors } = terminal;
  const { durationMs, workMs, criticalPathMs, criticalPath, speedup, status, tasks, strategy } = report;
  const path = chain(
    criticalPath.map(printable),
    sign.arrow,
    sign.ellipsis,
    verbose ? Number.POSITIVE_INFINITY : 6,
  );
  const several = tasks.filter(({ startedAt }) => startedAt !== undefined).length > 1;
  const times = [
    `${strategy.letter} ${strategy.name}`,
    `wall ${formatDuration(durationMs)}`,
    ...(several ? [`work ${formatDuration(workMs)}`] : []),
    ...(several && path !== '' ? [`critical path ${formatDuration(criticalPathMs)} (${path})`] : []),
    ...(several && status !== 'interrupted'
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

/** A validation step may be called anything. */
const logCommand = (name: string): string => `ptask log ${printable(shellWord(name))}`;
