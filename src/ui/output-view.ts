// What a task has printed, between two rules: as it wrote it, with no colours of ours and no indent that would break a
// copied line.

import { formatBytes } from '../base/size.ts';
import { printable } from '../present/format.ts';
import { logCommand } from '../present/sentences.ts';
import { type Excerpt, excerpt, type OutputSource } from '../report/excerpt.ts';
import { widthOf } from './layout.ts';
import { marksOf } from './marks.ts';
import type { SummaryTerminal } from './summary-context.ts';

const RULE = 100;

/** @param lost bytes that the log does not hold */
export function writeOutput(terminal: SummaryTerminal, name: string, part: Excerpt, lost = 0): void {
  const { colors } = terminal;
  const sign = marksOf(terminal);
  const wide = Math.min(terminal.columns(), RULE);
  const rule = (label: string): void => {
    const line = `${sign.rule.repeat(2)} ${label} ${sign.rule.repeat(Math.max(2, wide - widthOf(label) - 4))}`;
    terminal.write(`${colors.dim(line)}\n`);
  };
  rule(printable(name));
  terminal.writeOutput(part.head);
  if (part.leftOut > 0) {
    const whole = lost > 0 ? 'what is kept of it' : 'all of it';
    const left = `${sign.ellipsis} ${formatBytes(part.leftOut + lost)} left out; ${whole}: ${logCommand(name)}`;
    terminal.write(`${colors.dim(left)}\n`);
    terminal.writeOutput(part.tail);
  }
  rule(`end of ${printable(name)}`);
}

/** As much of a log as is to be shown, or else what is known of its end: what is shown after every run never throws. */
export function partOf(source: OutputSource | undefined, tail: readonly string[], most?: number): Excerpt {
  try {
    if (source) return excerpt(source, most);
  } catch {}
  return { head: tail.join('\n'), leftOut: 0, tail: '' };
}
