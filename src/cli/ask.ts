// Asks a person at the terminal what is to become of a failed task.

import { createInterface } from 'node:readline';
import type { Choice } from '../run/options.ts';
import type { Session } from './session.ts';

const CHOICES: Readonly<Record<string, Choice>> = {
  c: 'continue',
  r: 'retry',
  b: 'rollback',
  a: 'abort',
};

type Ask = (task: string, reason: string) => Promise<Choice>;

/** Undefined where nobody is there to answer. One question at a time. */
export function askerOn({ err }: Session): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  const question = (task: string, reason: string): Promise<Choice> =>
    new Promise((done) => {
      const lines = createInterface({ input: process.stdin, terminal: false });
      const prompt = (): void => {
        err.write(
          `\n${err.colors.yellow('?')} ${task} failed (${reason}): [c]ontinue, [r]etry, roll [b]ack, [a]bort? `,
        );
      };
      prompt();
      lines.on('line', (line) => {
        const choice = CHOICES[line.trim().toLowerCase().slice(0, 1)];
        if (choice === undefined) {
          prompt();
          return;
        }
        lines.close();
        done(choice);
      });
      // Ctrl-D: no answer is an answer.
      lines.on('close', () => done('continue'));
    });
  return (task, reason) => {
    const answer = last.then(() => question(task, reason));
    last = answer;
    return answer;
  };
}
