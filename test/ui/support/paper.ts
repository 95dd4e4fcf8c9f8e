/** What a summary is written to, kept to be looked at: a terminal without a screen. */
import { createColors } from 'picocolors';
import { settle } from '../../../src/present/terminal-codes.ts';
import type { SummaryTerminal } from '../../../src/ui/summary.ts';

export type Paper = SummaryTerminal & { text: () => string };

export function paper({ columns = 80, color = false, unicode = true } = {}): Paper {
  let text = '';
  const write = (piece: string): void => {
    text += piece;
  };
  return {
    write,
    writeOutput: (output) => write(settle(output, color)),
    columns: () => columns,
    colors: createColors(color),
    unicode,
    text: () => text,
  };
}
