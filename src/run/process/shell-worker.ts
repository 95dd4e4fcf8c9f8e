// A shell that stays and is given one command after the other, which it runs in subshells. It leads a group of its own, in which
// all that it runs is. Unaware of what the commands are.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { PROLOGUE, readStatus, type Status, type WorkerBase } from './worker-script.ts';

/** How a command has ended in it, or the shell with it. */
export type Told = Status | { gone: true; code: number | null; signal: NodeJS.Signals | null; said: string };

export class ShellWorker {
  readonly base: WorkerBase;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #told = '';
  #tell: ((told: Told) => void) | undefined;
  #isGone = false;

  private constructor(child: ChildProcess, pid: number, base: WorkerBase) {
    this.base = base;
    this.pid = pid;
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()));
    this.#gone = new Promise((done) => {
      child.once('close', (code, signal) => {
        this.#isGone = true;
        this.#answer({ gone: true, code, signal, said: this.#told.trim() });
        done();
      });
    });
    child.stdin?.write(PROLOGUE);
    this.#hold(false);
  }

  /** Undefined where it cannot be started. */
  static start(file: string, name: string, base: WorkerBase): ShellWorker | undefined {
    const { cwd, env } = base;
    let child: ChildProcess;
    try {
      child = spawn(file, [], {
        ...{ argv0: name, cwd, env: env as Record<string, string>, detached: true },
        stdio: ['pipe', 'ignore', 'pipe'],
      });
    } catch {
      return undefined;
    }
    // What went wrong shows in what it does not say; and one that was not started has streams all the same.
    for (const each of [child, child.stdin, child.stderr]) each?.on('error', () => {});
    const { pid } = child;
    return pid === undefined ? undefined : new ShellWorker(child, pid, base);
  }

  get isIdle(): boolean {
    return !this.#isGone && this.#tell === undefined;
  }

  /** One at a time. Never rejects. */
  run(script: string): Promise<Told> {
    this.#hold(true);
    this.#told = '';
    return new Promise((tell) => {
      this.#tell = tell;
      if (this.#isGone) this.#answer({ gone: true, code: null, signal: null, said: '' });
      else this.#child.stdin?.write(script);
    });
  }

  /** Resolves once it is not there any more; what it has run may be. */
  end(): Promise<void> {
    this.#hold(true);
    this.#child.kill('SIGKILL');
    return this.#gone;
  }

  #hear(text: string): void {
    this.#told += text;
    const status = readStatus(this.#told);
    if (status !== undefined) this.#answer(status);
  }

  #answer(told: Told): void {
    const tell = this.#tell;
    this.#tell = undefined;
    this.#hold(false);
    tell?.(told);
  }

  /** An idle one keeps nobody waiting. */
  #hold(isBusy: boolean): void {
    const { stdin, stderr } = this.#child;
    for (const each of [this.#child, stdin as Socket | null, stderr as Socket | null])
      if (isBusy) each?.ref();
      else each?.unref();
  }
}
