// A git that stays and is asked over and over: a process takes longer to start than to answer. The second form of the door,
// see git.ts. An idle one keeps nobody waiting and ends with us; one that has ended is started anew when it is asked again.
// Unaware of what is asked.

import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { traced } from '../base/trace.ts';
import { causeOf, GitError, startGit } from './git.ts';

interface Running {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  over: Promise<unknown>;
}

/** An answer is a line, and after it as many bytes as the line says. */
export interface Answer {
  line: string;
  body: Buffer;
}

interface Question {
  text: string;
  /** How many bytes follow upon this line; undefined where it is no answer. */
  bodyAfter(line: string): number | undefined;
  answer(answer: Answer): void;
  fail(error: Error): void;
  /** How often it may yet be asked. */
  turns: number;
}

const LINE_END = 10;

export class Session {
  readonly #folder: string;
  readonly #args: readonly string[];
  #running: Promise<Running> | undefined;
  /** Asked and not answered, in order. */
  #open: Question[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  /** With fewer bytes there is nothing to be read. */
  #needed = 1;

  constructor(folder: string, args: readonly string[]) {
    this.#folder = folder;
    this.#args = args;
  }

  /**
   * @param text one line or more, to which one answer comes. Throws `GitError`.
   * @param bodyAfter without it an answer is one line
   * @param isRepeatable where a git that was killed may have heard it already
   */
  ask(text: string, { bodyAfter = () => 0, isRepeatable = true }: Asking = {}): Promise<Answer> {
    const asking = (): Promise<Answer> =>
      new Promise((answer, fail) => {
        this.#open.push({ text, bodyAfter, answer, fail, turns: isRepeatable ? 2 : 1 });
        void this.#send(text);
      });
    return traced('git', `asked: git ${this.#args[0]}`, asking);
  }

  /** Once all is answered. */
  async end(): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    if (running === undefined) return;
    hold(running.child, true);
    running.child.stdin.end();
    await running.over;
  }

  async #send(text: string): Promise<void> {
    this.#running ??= this.#start();
    const started = this.#running;
    try {
      const { child } = await started;
      if (this.#running !== started) return;
      hold(child, true);
      child.stdin.write(text);
    } catch (error) {
      if (this.#running !== started) return;
      this.#running = undefined;
      for (const { fail } of this.#open.splice(0)) fail(error as Error);
    }
  }

  async #start(): Promise<Running> {
    const { child: started, ended } = startGit(this.#folder, this.#args, 'pipe');
    if (started?.pid === undefined)
      throw new GitError(this.#args, undefined, '', causeOf(await ended, this.#folder));
    const child = started as Running['child'];
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.stdout.on('data', (chunk: Buffer) => this.#hear(chunk, child));
    const over = ended.then((result) => {
      const stderr = Buffer.concat(said).toString('utf8');
      this.#over(new GitError(this.#args, result.exitCode, stderr, causeOf(result, this.#folder)));
    });
    return { child, over };
  }

  #hear(chunk: Buffer, child: Running['child']): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    const bytes = Buffer.concat(this.#chunks);
    let at = 0;
    this.#needed = 1;
    for (let first = this.#open[0]; first !== undefined; first = this.#open[0]) {
      const end = bytes.indexOf(LINE_END, at);
      if (end < 0) break;
      const line = bytes.toString('utf8', at, end);
      const length = first.bodyAfter(line);
      // What follows upon such an answer nobody knows.
      if (length === undefined) return void child.kill();
      const next = end + 1 + length;
      if (bytes.length < next) {
        this.#needed = next - at;
        break;
      }
      this.#open.shift();
      first.answer({ line, body: bytes.subarray(end + 1, next) });
      at = next;
    }
    this.#chunks = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#length = bytes.length - at;
    if (this.#open.length === 0) hold(child, false);
  }

  /** What it was at when it ended may be why it did; the rest it has not looked at. */
  #over(error: Error): void {
    this.#running = undefined;
    this.#chunks = [];
    this.#length = 0;
    this.#needed = 1;
    const [first, ...rest] = this.#open.splice(0);
    if (first === undefined) return;
    first.turns -= 1;
    if (first.turns === 0) first.fail(error);
    else rest.unshift(first);
    this.#open = rest;
    if (rest.length > 0) void this.#send(rest.map(({ text }) => text).join(''));
  }
}

export interface Asking {
  bodyAfter?(line: string): number | undefined;
  isRepeatable?: boolean;
}

/** Whether node waits for it. */
function hold(child: Running['child'], isHeld: boolean): void {
  for (const each of [child, child.stdin, child.stdout, child.stderr]) {
    const held = each as unknown as { ref?(): void; unref?(): void };
    if (isHeld) held.ref?.();
    else held.unref?.();
  }
}

const open = new Map<string, Session>();

/** The one that runs this in this folder. */
export function session(folder: string, args: readonly string[]): Session {
  const key = [folder, ...args].join('\0');
  const found = open.get(key) ?? new Session(folder, args);
  open.set(key, found);
  return found;
}

/** All that there are, before whoever looks finds one of them. */
export async function endSessions(): Promise<void> {
  const all = [...open.values()];
  open.clear();
  await Promise.all(all.map((each) => each.end()));
}
