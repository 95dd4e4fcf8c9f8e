// What a task has printed, between two rules: as it wrote it, with no colours of ours and no indent that would break a
// copied line.

import { formatBytes } from '../base/size.ts';
import { printable } from '../present/format.ts';
import { logCommand } from '../present/sentences.ts';
import { type Excerpt, excerpt, type OutputSource } from '../report/excerpt.ts';
import { widthOf } from './layout.ts';
import { marksOf } from './marks.ts';
import type { SummaryTerminal } from './summary-context.ts';
import type { Terminal } from './terminal.ts';

const RULE = 100;

/** `── api ─────`: before what a task has printed, and after it. */
export function ruleLine(label: string, terminal: Pick<Terminal, 'columns' | 'colors' | 'unicode'>): string {
  const { rule } = marksOf(terminal);
  const rest = Math.min(terminal.columns(), RULE) - widthOf(label) - 4;
  return `${terminal.colors.dim(`${rule.repeat(2)} ${label} ${rule.repeat(Math.max(2, rest))}`)}\n`;
}

/** @param lost bytes that the log does not hold */
export function writeOutput(terminal: SummaryTerminal, name: string, part: Excerpt, lost = 0): void {
  terminal.write(ruleLine(printable(name), terminal));
  terminal.writeOutput(part.head);
  if (part.leftOut > 0) {
    const whole = lost > 0 ? 'what is kept of it' : 'all of it';
    const left = `${marksOf(terminal).ellipsis} ${formatBytes(part.leftOut + lost)} left out; ${whole}: ${logCommand(name)}`;
    terminal.write(`${terminal.colors.dim(left)}\n`);
    terminal.writeOutput(part.tail);
  }
  terminal.write(ruleLine(`end of ${printable(name)}`, terminal));
}

/** As much of a log as is to be shown, or else what is known of its end: what is shown after every run never throws. */
export function partOf(source: OutputSource | undefined, tail: readonly string[], most?: number): Excerpt {
  try {
    if (source) return excerpt(source, most);
  } catch {}
  return { head: tail.join('\n'), leftOut: 0, tail: '' };
}
