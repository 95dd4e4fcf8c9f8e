// A question to git that is asked twice in a run, once before something happens and once after it. To start a process holds up all that Node
// does meanwhile, so it is done once: a shell starts git, and becomes git when it is asked again. Where that does not go well git is started for each.
// Unaware of what is asked.

import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { systemProgram } from '../base/program.ts';
import { git, startGit } from './git.ts';

/** An end of its input means that nobody asks any more. */
const SCRIPT = '"$@" </dev/null; echo "=$?"; read -r again && exec "$@" </dev/null';

/** What follows upon the records of the first answer. */
const STATUS = /^=(\d+)\n$/;

const LINE_END = 10;

/** What comes to be known of an answer: undefined where there is none. */
type Answer = Buffer | undefined;

export class AskedTwice {
  readonly #folder: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #chunks: Buffer[] = [];
  #tell: ((answer: Answer) => void) | undefined;
  #isAskedAgain = false;

  /** @param args to which the answer is records, each with a NUL at its end */
  constructor(folder: string, args: readonly string[]) {
    this.#folder = folder;
    this.#args = args;
  }

  /** Throws `GitError`. */
  async first(): Promise<Buffer> {
    return (await this.#answer(() => this.#start())) ?? this.#alone();
  }

  /** Once the first answer is there. Throws `GitError`. */
  async again(): Promise<Buffer> {
    const asked = this.#answer(() => {
      this.#isAskedAgain = true;
      this.#child?.stdin?.end('again\n');
    });
    return (await asked) ?? this.#alone();
  }

  /** Nobody asks any more. */
  close(): void {
    this.#child?.stdin?.end();
  }

  async #alone(): Promise<Buffer> {
    return (await git(this.#folder, this.#args)).stdout;
  }

  #answer(ask: () => void): Promise<Answer> {
    return new Promise((tell) => {
      this.#tell = tell;
      ask();
      if (this.#child === undefined) this.#told(undefined);
      else this.#hold(true);
    });
  }

  #start(): void {
    const shell = systemProgram('sh');
    if (shell === undefined || process.platform === 'win32') return;
    const { child, ended } = startGit(this.#folder, this.#args, 'pipe', { by: [shell, '-c', SCRIPT, 'sh'] });
    this.#child = child;
    child?.stdout?.on('data', (chunk: Buffer) => this.#hear(chunk));
    // Whatever it could say is said once more by who is started instead.
    child?.stderr?.resume();
    void ended.then(({ exitCode }) => {
      this.#child = undefined;
      this.#told(exitCode === 0 && this.#isAskedAgain ? Buffer.concat(this.#chunks) : undefined);
    });
  }

  #hear(chunk: Buffer): void {
    this.#chunks.push(chunk);
    if (this.#isAskedAgain || chunk.at(-1) !== LINE_END) return;
    const bytes = Buffer.concat(this.#chunks);
    const end = bytes.lastIndexOf(0) + 1;
    const status = STATUS.exec(bytes.toString('latin1', end))?.[1];
    if (status === undefined) return;
    this.#chunks = [];
    this.#hold(false);
    this.#told(status === '0' ? bytes.subarray(0, end) : undefined);
  }

  #told(answer: Answer): void {
    this.#tell?.(answer);
    this.#tell = undefined;
  }

  /** An idle one keeps nobody waiting. */
  #hold(isBusy: boolean): void {
    const { stdin, stdout, stderr } = this.#child ?? {};
    for (const each of [this.#child, stdin, stdout, stderr] as (Socket | undefined)[])
      if (isBusy) each?.ref();
      else each?.unref();
  }
}
