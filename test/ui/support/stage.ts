// A terminal and a clock that tests hold in their hands.

import { Writable } from 'node:stream';
import { createReporter } from '../../../src/ui/create-reporter.ts';
import type { Clock, Reporter, ReporterOptions } from '../../../src/ui/reporter.ts';
import { openTerminal } from '../../../src/ui/terminal.ts';

/** Time that moves when it is told to. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ ms: number; next: number; tick: () => void }>();

  now = (): number => this.#now;

  every = (ms: number, tick: () => void): (() => void) => {
    const timer = { ms, next: this.#now + ms, tick };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Moves to a moment, and everything that is due happens on the way, in order. */
  to(at: number): void {
    for (;;) {
      const due = [...this.#timers].filter(({ next }) => next <= at).sort((a, b) => a.next - b.next)[0];
      if (!due) break;
      this.#now = due.next;
      due.next += due.ms;
      due.tick();
    }
    this.#now = Math.max(this.#now, at);
  }

  get timers(): number {
    return this.#timers.size;
  }
}

export interface Stage {
  reporter: Reporter;
  clock: ManualClock;
  /** Everything written so far. */
  written: () => string;
  stream: NodeJS.WriteStream & { columns: number; rows: number };
}

export interface StageOptions extends Partial<Omit<ReporterOptions, 'terminal' | 'clock'>> {
  tty?: boolean;
  columns?: number;
  rows?: number;
  /** Called with each piece; it is taken when `taken` is called. */
  write?: (piece: Buffer, taken: () => void) => void;
}

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const pieces: Buffer[] = [];
  const sink = new Writable({
    highWaterMark: 1_024,
    write(piece: Buffer, _encoding, taken) {
      pieces.push(piece);
      if (options.write) options.write(piece, () => taken());
      else taken();
    },
  });
  const size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
  const stream = Object.assign(
    sink,
    options.tty ? { isTTY: true, ...size } : {},
  ) as unknown as Stage['stream'];
  const env = { LANG: 'C.UTF-8', ...options.env };
  const clock = new ManualClock();
  const reporter = await createReporter({
    kind: 'auto',
    verbose: false,
    quiet: false,
    outputFile: (id) => `/nonexistent/${id}`,
    ...options,
    env,
    terminal: openTerminal({ stream, env }),
    clock,
  });
  return { reporter, clock, stream, written: () => Buffer.concat(pieces).toString() };
}

/** Lets listr2's promises go on. */
export const settle = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Each event at its moment. */
export async function play(
  { reporter, clock }: Stage,
  events: readonly Parameters<Reporter['onEvent']>[0][],
): Promise<void> {
  for (const event of events) {
    clock.to(event.at);
    reporter.onEvent(event);
    if (event.type === 'run-started') await settle();
  }
}
