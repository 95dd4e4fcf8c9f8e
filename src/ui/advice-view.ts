// What would make the next run sooner, at the end of a report in a terminal.

import { formatDuration } from '../base/duration.ts';
import type { Report } from '../model/report.ts';
import { printable } from '../report/words.ts';
import { marksOf } from './marks.ts';
import { hang } from './plan-view/layout.ts';
import type { SummaryTerminal } from './summary.ts';

export function writeAdvice(terminal: SummaryTerminal, { advice = [] }: Pick<Report, 'advice'>): void {
  if (advice.length === 0) return;
  const { colors } = terminal;
  const columns = terminal.columns();
  const bullet = `  ${marksOf(terminal).dot} `;
  const lines = advice.flatMap(({ text, savesMs }) => {
    const saves = savesMs === undefined ? '' : ` ${colors.dim(`(saves up to ${formatDuration(savesMs)})`)}`;
    return hang(bullet, `${printable(text)}${saves}`, columns);
  });
  terminal.write(['', colors.bold('Next time'), ...lines].map((line) => `${line}\n`).join(''));
}
