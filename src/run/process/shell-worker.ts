// A shell that stays and is given one command after the other, which it runs in subshells. It leads a group of its own, in which
// all that it runs is. Unaware of what the commands are.

import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { readStatus, type Status, type WorkerBase } from './worker-script.ts';

/** The shell has ended, and with it what it was told to run. */
export interface Gone {
  gone: true;
  code: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

export class ShellWorker {
  readonly base: WorkerBase;
  readonly #folder: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #said = '';
  #tell: ((told: Status | Gone) => void) | undefined;
  #gone: Gone | undefined;

  private constructor(child: ChildProcess, pid: number, base: WorkerBase) {
    this.base = base;
    this.#folder = folderAt(base.cwd);
    this.pid = pid;
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()));
    this.#ended = new Promise((done) => {
      // Not until its streams are closed: whoever has got hold of one may keep it for ever. What it has said comes before an immediate.
      child.once('exit', (code, signal) => {
        setImmediate(() => {
          this.#gone = { gone: true, code, signal, said: this.#said.trim() };
          for (const stream of [child.stdin, child.stderr]) stream?.destroy();
          this.#answer(this.#gone);
          done();
        });
      });
    });
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

  /** What is still so: its folder may be gone, and another one of that name there, as with scratch folders. */
  get baseNow(): WorkerBase {
    return folderAt(this.base.cwd) === this.#folder ? this.base : { ...this.base, cwd: '' };
  }

  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /** One at a time. Never rejects. */
  run(script: string): Promise<Status | Gone> {
    this.#hold(true);
    this.#said = '';
    return new Promise((tell) => {
      this.#tell = tell;
      if (this.#gone !== undefined) this.#answer(this.#gone);
      else this.#child.stdin?.write(script);
    });
  }

  /** Resolves once it is not there any more; what it has run may be. */
  end(): Promise<void> {
    this.#hold(true);
    this.#child.kill('SIGKILL');
    return this.#ended;
  }

  #hear(text: string): void {
    this.#said += text;
    const status = readStatus(this.#said);
    if (status !== undefined) this.#answer(status);
  }

  #answer(told: Status | Gone): void {
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

/** What tells a folder from another of the same name. */
function folderAt(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`;
}
