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

export interface Asking {
  /** Gives the terminal to us; what it gives takes it back. */
  pause(): () => void;
  /** Ends the question: nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** Undefined where nobody is there to answer. One question at a time. */
export function askerOn({ err }: Session, { pause, signal }: Asking): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  const question = (task: string, reason: string): Promise<Choice> =>
    new Promise((done) => {
      const resume = pause();
      const lines = createInterface({ input: process.stdin, terminal: false, signal });
      const prompt = (): void => {
        err.write(
          `${err.colors.yellow('?')} ${task} failed (${reason}): [c]ontinue, [r]etry, roll [b]ack, [a]bort? `,
        );
      };
      prompt();
      lines.on('line', (line) => {
        const choice = CHOICES[line.trim().toLowerCase().slice(0, 1)];
        if (choice === undefined) {
          prompt();
          return;
        }
        // Before the end is heard of, which would be another answer.
        done(choice);
        lines.close();
      });
      lines.on('close', () => {
        resume();
        // Ctrl-D or Ctrl-C: no answer is an answer.
        done('continue');
      });
    });
  return (task, reason) => {
    const answer = last.then(() => question(task, reason));
    last = answer;
    return answer;
  };
}
