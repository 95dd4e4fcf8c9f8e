// The lines a tree is made of: a task, a phase, the tail of an output, the bar. Pure; unaware of which of them are shown.

import * as say from './messages.ts';
import { widthOf } from './plan-view-layout.ts';
import { type Counts, countOver, countRunning, type Item, type Phase, type Progress } from './progress.ts';
import type { Colors, Marks } from './terminal.ts';
import { cut, lastLines, type Piece, row } from './tree-text.ts';

/** How a frame may look, and the moment it shows. */
export interface Look {
  columns: number;
  colors: Colors;
  marks: Marks;
  /** The spinner as it stands. */
  spinner: string;
  /** Milliseconds after the start of the run. */
  at: number;
  /** Cells for the names of tasks, the same in each frame. */
  nameWidth: number;
  progress: Progress;
  /** What may be left of the run, in milliseconds. */
  leftMs?: number | undefined;
}

/** A task on the screen, in the state that listr2 has it. */
export interface Leaf {
  item: Item;
  state: 'waiting' | 'running' | 'retrying' | 'passed' | 'failed' | 'skipped';
}

const TIME = 6;
const ROOMY = 60;

/** The line's end stays free: a terminal that wraps there would need two rows. */
const widthIn = (look: Look): number => look.columns - 1;

export function nameWidthFor(progress: Progress, columns: number): number {
  const items = [...progress.tasks, ...(progress.validation?.items ?? [])];
  const longest = items.reduce((most, { id }) => Math.max(most, widthOf(say.oneLine(id))), 4);
  return Math.min(longest, Math.max(12, Math.floor(columns * 0.35)));
}

export function leafLine(leaf: Leaf, look: Look, indent: string): string {
  const { item, state } = leaf;
  const { marks, colors } = look;
  const name = cut(say.oneLine(item.id), look.nameWidth, marks.ellipsis);
  const time = timeOf(leaf, look);
  const column = time !== '' || look.columns >= ROOMY ? `${time.padStart(TIME)}  ` : '';
  const quiet = state === 'waiting' || state === 'skipped';
  return row(
    [
      [indent],
      signOf(leaf, look),
      [' '],
      [name.padEnd(name.length + look.nameWidth - widthOf(name)), quiet ? colors.dim : undefined],
      ['  '],
      [column, colors.dim],
      ...details(leaf, look).flatMap((piece): Piece[] => [piece, ['  ']]),
    ],
    widthIn(look),
    marks.ellipsis,
  );
}

function signOf({ item, state }: Leaf, { marks, colors, spinner }: Look): Piece {
  switch (state) {
    case 'running':
      return [spinner, colors.cyan];
    case 'retrying':
      return [marks.retrying, colors.yellow];
    case 'passed':
      return [marks.passed, colors.green];
    case 'failed':
      return [marks.failed, colors.red];
    case 'skipped':
      return item.result?.status === 'skipped'
        ? [marks.skipped, colors.yellow]
        : [marks.cancelled, colors.yellow];
    case 'waiting':
      return [marks.waiting, colors.dim];
  }
}

function timeOf({ item, state }: Leaf, { at }: Look): string {
  if (state === 'running' || state === 'retrying') return say.clock(at - (item.startedAt ?? at));
  if (state === 'waiting') return '';
  return item.startedAt === undefined ? '' : say.lasted(item.durationMs);
}

function details({ item, state }: Leaf, { colors, progress, at }: Look): Piece[] {
  const pieces: Piece[] = [];
  if (state === 'waiting') pieces.push([say.waits(progress.wait(item)), colors.dim]);
  if (state === 'retrying') {
    pieces.push([say.retries(item.attempt + 1, (item.retryAt ?? at) - at), colors.yellow]);
    if (item.lastReason) pieces.push([say.oneLine(item.lastReason), colors.red]);
  } else if (item.attempt > 1) pieces.push([say.attemptNumber(item.attempt), colors.yellow]);
  if (item.state === 'verifying') pieces.push([say.verifying, colors.cyan]);
  if (state === 'failed' && item.result) pieces.push([say.why(item.result), colors.red]);
  if (state === 'skipped' && item.result) {
    const reason = say.why(item.result);
    pieces.push([reason ? `${item.result.status}: ${reason}` : item.result.status, colors.yellow]);
  }
  if (item.description && state !== 'failed' && state !== 'skipped')
    pieces.push([say.oneLine(item.description), colors.dim]);
  return pieces.filter(([text]) => text !== '');
}

/** The last lines of what a running task printed. */
export function tailLines({ item }: Leaf, count: number, look: Look, indent: string): string[] {
  const { marks, colors } = look;
  if (count <= 0 || item.tail === '') return [];
  return lastLines(item.tail, count).map((line) =>
    row([[`${indent}  `], [`${marks.tail} ${line}`, colors.dim]], widthIn(look), marks.ellipsis),
  );
}

/** A phase, or several in a row of which nothing is shown but their numbers. */
export function phaseLine(phases: readonly Phase[], look: Look): string {
  const { marks, colors } = look;
  const [first, last] = [phases[0] as Phase, phases.at(-1) as Phase];
  const counts = sum(phases.map((phase) => phase.counts));
  const total = phases.reduce((count, { items }) => count + items.length, 0);
  const size = first.validation ? say.steps(total) : say.tasks(total);
  const name = first.validation ? say.validationName : say.phaseNames(first.index, last.index);
  const over = countOver(counts);
  const isOver = over === total;
  const begun = isOver || phases.some(({ startedAt }) => startedAt !== undefined);
  const bad = counts.failed > 0;
  const pieces: Piece[] = [
    isOver
      ? [
          bad ? marks.failed : counts.passed > 0 ? marks.passed : marks.skipped,
          bad ? colors.red : colors.green,
        ]
      : countRunning(counts) + counts.retrying > 0
        ? [look.spinner, bad ? colors.red : colors.cyan]
        : [marks.waiting, colors.dim],
    [' '],
    [name, begun ? colors.bold : colors.dim],
    ['  '],
    begun && !isOver ? [say.done(over, total)] : [size, colors.dim],
  ];
  if (countRunning(counts) > 0) pieces.push(['  '], [say.running(countRunning(counts)), colors.cyan]);
  for (const trouble of say.troubles(counts))
    pieces.push(['  '], [trouble, trouble.endsWith('failed') ? colors.red : colors.yellow]);
  const time = span(phases);
  if (isOver && time !== undefined) pieces.push(['  '], [say.lasted(time), colors.dim]);
  return row(pieces, widthIn(look), marks.ellipsis);
}

/** The line that stands for the phases when the screen is too small to show them. */
export function phasesLine(look: Look): string {
  const { phases, validation } = look.progress;
  const open = phases.filter(({ endedAt }) => endedAt === undefined);
  const active = open.filter(({ counts, items }) => counts.waiting < items.length);
  const [first, last] = [active[0] ?? open[0], active.at(-1) ?? open[0]];
  const text =
    first && last
      ? `${say.phaseNames(first.index, last.index)} of ${phases.length}`
      : validation
        ? say.validationName
        : '';
  return row(
    [[look.spinner, look.colors.cyan], [' '], [text, look.colors.bold]],
    widthIn(look),
    look.marks.ellipsis,
  );
}

/** What the whole run has done, does and has left to do. What does not fit is left out, the least needed first. */
export function barLine(look: Look): string {
  const { progress, colors, at, columns } = look;
  const { counts, tasks, validation } = progress;
  const over = countOver(counts);
  const busy = countRunning(counts) + (validation ? countRunning(validation.counts) : 0);
  const left = look.leftMs === undefined || over === tasks.length ? '' : `, ${say.left(look.leftMs)}`;
  const width = columns >= 100 ? 24 : columns >= 72 ? 16 : 10;
  const parts: { pieces: Piece[]; needed: number }[] = [
    { pieces: bar(over, tasks.length, width, look), needed: 3 },
    { pieces: [[say.done(over, tasks.length), colors.bold]], needed: 9 },
    { pieces: busy > 0 ? [[say.running(busy), colors.cyan]] : [], needed: 1 },
    ...say.troubles(counts).map((trouble): (typeof parts)[number] => {
      const failed = trouble.endsWith('failed');
      return { pieces: [[trouble, failed ? colors.red : colors.yellow]], needed: failed ? 6 : 2 };
    }),
    { pieces: progress.stopping ? [[say.stopping(progress), colors.yellow]] : [], needed: 5 },
    { pieces: [[`${say.clock(at)}${left}`, colors.dim]], needed: 4 },
  ];
  let shown = parts.filter(({ pieces }) => pieces.length > 0);
  const cells = () =>
    shown.reduce((sum, { pieces }) => sum + pieces.reduce((n, [text]) => n + text.length, 2), -2);
  for (let least = 1; least < 6 && cells() > widthIn(look); least += 1)
    shown = shown.filter(({ needed }) => needed !== least);
  const pieces = shown.flatMap(({ pieces }, index): Piece[] => [[index > 0 ? '  ' : ''], ...pieces]);
  return row(pieces, widthIn(look), look.marks.ellipsis);
}

function bar(over: number, total: number, width: number, { marks, colors, progress }: Look): Piece[] {
  const full = total === 0 ? width : Math.floor((width * over) / total);
  const paint = progress.counts.failed > 0 ? colors.red : colors.green;
  const colored = colors.isColorSupported;
  const rest = width - full;
  return [
    [marks.full.repeat(full), paint],
    [rest > 0 ? marks.edge : '', colors.dim],
    [(colored ? marks.rest : marks.plainRest).repeat(Math.max(0, rest - 1)), colors.dim],
  ];
}

function sum(all: readonly Counts[]): Counts {
  const total = { ...(all[0] as Counts) };
  for (const counts of all.slice(1))
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
  return total;
}

function span(phases: readonly Phase[]): number | undefined {
  const starts = phases.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = phases.flatMap(({ endedAt }) => endedAt ?? []);
  return starts.length > 0 && ends.length > 0 ? Math.max(...ends) - Math.min(...starts) : undefined;
}
