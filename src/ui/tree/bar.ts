// The last line of a frame: the whole run. Pure.

import * as say from '../../present/live.ts';
import { plain } from '../../present/plain.ts';
import { isStoring, SKIPS } from '../../present/remote-sentences.ts';
import { stopping } from '../../present/run-events.ts';
import { countFailed, countOver, countRunning, countToIntegrate } from '../../state/status.ts';
import { type Look, widthIn } from './row.ts';
import { type Piece, row } from './text.ts';

/** A part of the last line: what it says, what stands before it, and how much it is needed. */
interface Part {
  pieces: Piece[];
  before?: string;
  need: number;
}

/** What the whole run has done, does and has left to do. What does not fit is left out, the least needed first. */
export function barLine(look: Look): string {
  const { run, colors, at, columns } = look;
  const { counts, tasks, steps, validation } = run;
  const over = countOver(counts) + (validation ? countOver(validation.counts) : 0);
  const total = tasks.length + steps.length;
  const toIntegrate = countToIntegrate(counts);
  const busy = countRunning(counts) + (validation ? countRunning(validation.counts) : 0);
  const estimated = look.leftMs !== undefined && over < total;
  const width = columns >= 100 ? 24 : columns >= 72 ? 16 : 10;
  const parts: (Part | false)[] = [
    { pieces: bar(over, total, width, look), need: 3 },
    { pieces: [[say.done(over, total), colors.bold]], need: run.storing === undefined ? 7 : 3 },
    busy > 0 && { pieces: [[say.counted(busy, 'running'), colors.cyan]], need: 1 },
    counts.serving > 0 && { pieces: [[say.counted(counts.serving, 'up'), colors.green]], need: 1 },
    toIntegrate > 0 && { pieces: [[say.counted(toIntegrate, 'to integrate'), colors.cyan]], need: 1 },
    ...say
      .troubles(counts)
      .map(
        ({ text, failed }): Part =>
          failed ? { pieces: [[text, colors.red]], need: 6 } : { pieces: [[text, colors.yellow]], need: 2 },
      ),
    run.storing !== undefined && { pieces: [[isStoring(run.storing), colors.cyan]], need: 7 },
    run.storing !== undefined && { pieces: [[SKIPS, colors.dim]], before: ' ', need: 6 },
    run.stopping !== undefined && { pieces: [[plain(stopping(run.stopping)), colors.yellow]], need: 7 },
    { pieces: [[say.clock(at), colors.dim]], need: 5 },
    estimated && { pieces: [[say.left(look.leftMs ?? 0), colors.dim]], before: ', ', need: 4 },
  ];
  let shown = parts.filter((part) => part !== false);
  const inRow = () =>
    shown.flatMap(({ pieces, before = '  ' }, index): Piece[] => [[index > 0 ? before : ''], ...pieces]);
  const cells = () => inRow().reduce((sum, [text]) => sum + text.length, 0);
  for (let least = 1; least < 7 && cells() > widthIn(look); least += 1)
    shown = shown.filter(({ need }) => need !== least);
  return row(inRow(), widthIn(look), look.marks.ellipsis);
}

function bar(over: number, total: number, width: number, { marks, colors, run }: Look): Piece[] {
  const full = total === 0 ? width : Math.floor((width * over) / total);
  const paint = countFailed(run.counts) > 0 ? colors.red : colors.green;
  const colored = colors.isColorSupported;
  const rest = width - full;
  return [
    [marks.full.repeat(full), paint],
    [rest > 0 ? marks.edge : '', colors.dim],
    [(colored ? marks.rest : marks.plainRest).repeat(Math.max(0, rest - 1)), colors.dim],
  ];
}
