// What the program did and how long each step took, in the JSON Array Format of Chrome's trace viewer, which Perfetto reads too
// ("Trace Event Format", Google, 2016): one complete event ("ph":"X") a line, times in microseconds. Off unless started; then a
// step costs one comparison.

import { constants, openSync, writeSync } from 'node:fs';
import { elapsed } from './elapsed.ts';

export type Category = 'phase' | 'task' | 'process' | 'git' | 'disk';

/** Ends a step. @param args what is known of it only now */
export type EndStep = (args?: Record<string, unknown>) => void;

/** Each category has a band of rows, so that steps of one kind that overlap lie below each other. */
const ROWS = 1000;
const BANDS: readonly Category[] = ['phase', 'task', 'process', 'git', 'disk'];

/** Characters that are kept until they are written. */
const ENOUGH = 65_536;

class Trace {
  readonly #handle: number;
  readonly #used = new Map<Category, boolean[]>();
  #lines: string[] = ['['];
  #length = 0;

  constructor(file: string) {
    // A FIFO that nobody reads is an error, and no reason to wait.
    const {
      O_WRONLY,
      O_CREAT,
      O_TRUNC,
      O_NONBLOCK = 0,
    } = constants as typeof constants & { O_NONBLOCK?: number };
    this.#handle = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o666);
    this.#write({ ph: 'M', name: 'process_name', args: { name: 'ptask' } });
    process.on('exit', () => this.#flush());
  }

  begin(category: Category, name: string, args: Record<string, unknown>): EndStep {
    const row = this.#takeRow(category);
    const start = elapsed();
    return (more = {}) => {
      this.#freeRow(category, row);
      this.add(category, name, { start, row, args: { ...args, ...more } });
    };
  }

  add(
    category: Category,
    name: string,
    { start, row = 0, args }: { start: number; row?: number; args: Record<string, unknown> },
  ): void {
    const tid = (BANDS.indexOf(category) + 1) * ROWS + row;
    const micros = (ms: number): number => Math.round(ms * 1000);
    const dur = micros(elapsed() - start);
    this.#write({ ph: 'X', cat: category, name, ts: micros(start), dur, tid, args });
  }

  #takeRow(category: Category): number {
    const used = this.#used.get(category) ?? [];
    this.#used.set(category, used);
    const free = used.indexOf(false);
    const row = free < 0 ? used.length : free;
    if (row === used.length) {
      const tid = (BANDS.indexOf(category) + 1) * ROWS + row;
      this.#write({
        ph: 'M',
        name: 'thread_name',
        tid,
        args: { name: row === 0 ? category : `${category} ${row + 1}` },
      });
    }
    used[row] = true;
    return row;
  }

  #freeRow(category: Category, row: number): void {
    const used = this.#used.get(category);
    if (used !== undefined) used[row] = false;
  }

  #write(event: Record<string, unknown>): void {
    const line = JSON.stringify({ pid: process.pid, ...event });
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length > ENOUGH) this.#flush();
  }

  /** The array's end may be missing, by the format's own word: so what a kill leaves can be read, too. */
  #flush(): void {
    const text = this.#lines.map((line) => (line === '[' ? '[\n' : `${line},\n`)).join('');
    this.#lines = [];
    this.#length = 0;
    try {
      writeSync(this.#handle, text);
    } catch {
      // A full disk ends the trace and nothing else.
    }
  }
}

/** The variable that names the file; a ptask within a task has none, or it would write over it. */
export const TRACE = 'PTASK_TRACE';

let trace: Trace | undefined;

/** Traces this process from its start on. Throws where the disk says no. */
export function startTrace(file: string): void {
  trace = new Trace(file);
  trace.add('phase', 'start', { start: 0, args: { argv: process.argv.slice(2) } });
}

const nothing: EndStep = () => {};

/** A step begins; what comes back ends it. */
export const step = (category: Category, name: string, args: Record<string, unknown> = {}): EndStep =>
  trace === undefined ? nothing : trace.begin(category, name, args);

/** A step that is a promise's life. */
export async function traced<T>(category: Category, name: string, work: () => Promise<T>): Promise<T> {
  const end = step(category, name);
  try {
    return await work();
  } finally {
    end();
  }
}
