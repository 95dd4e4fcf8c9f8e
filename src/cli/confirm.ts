// Asks a person at the terminal whether to go on.

import { createInterface } from 'node:readline';
import type { Session } from './session.ts';

/** Whether somebody is there who sees what is printed and can answer. */
export const isAttended = (): boolean =>
  [process.stdin, process.stdout, process.stderr].every((stream) => stream.isTTY === true);

/** An empty line is yes, the end of the input is no. */
export function confirm({ err }: Session, question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  const ask = (): void => err.write(`${err.colors.yellow('?')} ${question} [Y/n] `);
  return new Promise((answer) => {
    ask();
    lines.on('line', (line) => {
      const [, yes, no] = /^\s*(?:(y|yes|)|(n|no))\s*$/i.exec(line) ?? [];
      if (yes === undefined && no === undefined) {
        ask();
        return;
      }
      answer(yes !== undefined);
      lines.close();
    });
    lines.on('close', () => answer(false));
  });
}
