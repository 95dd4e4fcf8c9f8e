// Asks a person at the terminal what is to become of a failed task, below what it has printed.

import { createInterface } from 'node:readline';
import { oneLine } from '../present/plain.ts';
import type { OutputSource } from '../report/excerpt.ts';
import type { Ask, Choice } from '../run/records/options.ts';
import { partOf, writeOutput } from '../ui/output-view.ts';
import type { Session } from './session.ts';

const CHOICES: Readonly<Record<string, Choice>> = {
  c: 'continue',
  r: 'retry',
  b: 'rollback',
  a: 'abort',
};

/** Bytes of an output that are shown with a question; of a longer one the beginning and the end. */
const MOST = 16 * 1024;

export interface Asking {
  /** Gives the terminal to us; what it gives takes it back. */
  pause(): Promise<() => void>;
  /** Ends the question: nobody waits for the answer any more. */
  signal: AbortSignal;
  /** What a task has printed so far. */
  outputOf(task: string): OutputSource | undefined;
}

export interface Asker {
  ask: Ask;
  /** Whether so many bytes are all that the task has printed, and were all shown with a question. */
  wasShown(task: string, bytes: number): boolean;
}

/** Undefined where nobody is there to answer. One question at a time. */
export function openAsker({ err }: Session, { pause, signal, outputOf }: Asking): Asker | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** How much of the output of each task was shown, and whether something of that was left out. */
  const shown = new Map<string, { bytes: number; isWhole: boolean }>();

  /** What the task has printed since somebody was asked last. */
  const show = (task: string): void => {
    const source = outputOf(task);
    if (source === undefined) return;
    const { bytes: from, isWhole } = shown.get(task) ?? { bytes: 0, isWhole: true };
    const part = partOf(
      { bytes: source.bytes - from, read: (start, end) => source.read(from + start, from + end) },
      [],
      MOST,
    );
    if (part.head === '' && part.leftOut === 0) return;
    err.write('\n');
    writeOutput(err, task, part);
    shown.set(task, { bytes: source.bytes, isWhole: isWhole && part.leftOut === 0 });
  };

  const question = async (task: string, reason: string, stop: AbortSignal): Promise<Choice> => {
    if (stop.aborted) return 'continue';
    const resume = await pause();
    show(task);
    return new Promise((done) => {
      const ended = AbortSignal.any([signal, stop]);
      const lines = createInterface({ input: process.stdin, terminal: false, signal: ended });
      const prompt = (): void => {
        err.write(
          `${err.colors.yellow('?')} ${oneLine(task)} failed (${oneLine(reason)}): [c]ontinue, [r]etry, roll [b]ack, [a]bort? `,
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
  };
  return {
    ask(task, reason, stop) {
      const answer = last.then(() => question(task, reason, stop));
      last = answer;
      return answer;
    },
    wasShown(task, bytes) {
      const known = shown.get(task);
      return known?.isWhole === true && known.bytes === bytes;
    },
  };
}
