// The line of a phase, or of several. Pure.

import { formatDuration } from '../../base/duration.ts';
import { plural } from '../../present/format.ts';
import * as say from '../../present/live.ts';
import type { Phase } from '../../state/items.ts';
import { type Counts, countFailed, countOver, countRunning, countToIntegrate } from '../../state/status.ts';
import { type Look, widthIn } from './row.ts';
import { type Piece, row } from './text.ts';

/** A phase, or several in a row of which nothing is shown but their numbers. */
export function phaseLine(phases: readonly Phase[], look: Look): string {
  const { marks, colors } = look;
  const [first, last] = [phases[0] as Phase, phases.at(-1) as Phase];
  const counts = sum(phases.map((phase) => phase.counts));
  const total = phases.reduce((count, { items }) => count + items.length, 0);
  const size = first.validation ? plural(total, 'step') : plural(total, 'task');
  const name = first.validation ? say.validationName : say.phaseNames(first.index, last.index);
  const over = countOver(counts);
  const isOver = over === total;
  const begun = isOver || phases.some(({ startedAt }) => startedAt !== undefined);
  const toIntegrate = countToIntegrate(counts);
  const bad = countFailed(counts) > 0;
  const pieces: Piece[] = [
    isOver
      ? closedSign(counts, look)
      : countRunning(counts) + counts.retrying + counts.serving + toIntegrate > 0
        ? [look.spinner, bad ? colors.red : colors.cyan]
        : [marks.waiting, colors.dim],
    [' '],
    [name, begun ? colors.bold : colors.dim],
    ['  '],
    begun && !isOver ? [say.done(over, total)] : [size, colors.dim],
  ];
  if (countRunning(counts) > 0)
    pieces.push(['  '], [say.counted(countRunning(counts), 'running'), colors.cyan]);
  if (counts.serving > 0) pieces.push(['  '], [say.counted(counts.serving, 'up'), colors.green]);
  if (toIntegrate > 0) pieces.push(['  '], [say.counted(toIntegrate, 'to integrate'), colors.cyan]);
  for (const { text, failed } of say.troubles(counts))
    pieces.push(['  '], [text, failed ? colors.red : colors.yellow]);
  const time = span(phases);
  if (isOver && time !== undefined) pieces.push(['  '], [formatDuration(time), colors.dim]);
  return row(pieces, widthIn(look), marks.ellipsis);
}

function closedSign(counts: Counts, { marks, colors }: Look): Piece {
  if (countFailed(counts) > 0) return [marks.failed, colors.red];
  return counts.passed > 0 ? [marks.passed, colors.green] : [marks.skipped, colors.yellow];
}

/** The line that stands for the phases when the screen is too small to show them. */
export function phasesLine(look: Look): string {
  const { phases, validation } = look.run;
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
