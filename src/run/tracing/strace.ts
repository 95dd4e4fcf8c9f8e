// strace around a command: it sees the calls of all processes that the command starts, whatever they are written in.

import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed } from '../../base/elapsed.ts';
import { isZombie, processFields } from '../../base/liveness.ts';
import { trustedProgram } from '../../base/program.ts';
import { rawPath } from '../../base/raw-path.ts';
import { startProcess } from '../../base/start-process.ts';
import type { Access } from './access.ts';
import type { Means } from './means.ts';
import { StraceCalls, TRACED } from './strace-calls.ts';
import { StraceLines } from './strace-lines.ts';

/** Descriptors with what they are open for; no contents, no arguments of programs, no signals. */
const USUAL = ['-f', '-y', '-q', '-s', '0', '-e', `trace=${TRACED.map((name) => `?${name}`).join()}`];
const QUIET = ['-e', 'signal=none'];
/** Only calls that succeed are written, and only those that are asked about stop the process: since strace 5.3. */
const FAST = ['-z', '--seccomp-bpf'];
/** The tracer is no parent of the command, and in a group of its own: the command is what ptask has started, and ends as it would. */
const ASIDE = ['-DD'];

/** What goes on once a command is over is waited for this long, in milliseconds. */
const PATIENCE = 2_000;

export type Found = { ok: true; means: Means } | { ok: false; reason: string };

/** Tries it on nothing. The reason is a clause. */
export async function findStrace(root: string): Promise<Found> {
  if (process.platform !== 'linux') return { ok: false, reason: 'strace is for Linux' };
  const program = trustedProgram('strace', root);
  if (program === undefined) return { ok: false, reason: 'strace is not installed' };
  const tried = await whyNot(program, [...USUAL, ...QUIET, ...FAST]);
  if (tried === undefined) return { ok: true, means: straceMeans(program, FAST) };
  const reason = await whyNot(program, [...USUAL, ...QUIET]);
  return reason === undefined
    ? { ok: true, means: straceMeans(program, []) }
    : { ok: false, reason: `strace cannot trace here: ${reason}` };
}

async function whyNot(program: string, flags: readonly string[]): Promise<string | undefined> {
  const { child, ended } = startProcess(program, [...flags, '-o', '/dev/null', '--', '/bin/sh', '-c', ':'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child?.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const { exitCode, signal, error } = await ended;
  if (exitCode === 0) return undefined;
  const [line = ''] = Buffer.concat(said).toString('utf8').split('\n');
  return line.replace(/^\S*strace: /, '') || (error?.message ?? signal ?? `exit code ${exitCode}`);
}

const straceMeans = (program: string, fast: readonly string[]): Means => ({
  kind: 'strace',
  traced: (command, file) => ({
    ...command,
    through: { file: program, args: [...ASIDE, ...USUAL, ...QUIET, ...fast, '-o', file, '--'] },
  }),
  read: (file, { cwd }, tell) => new TraceReader(file, rawPath(cwd), tell).read(),
});

/** Reads a file that may still grow: the tracer writes the end of it when the command is over already. */
class TraceReader {
  readonly #file: string;
  readonly #lines = new StraceLines();
  readonly #calls: StraceCalls;
  /** Processes that were heard of and have not ended. */
  readonly #alive = new Set<string>();
  #hasBegun = false;
  #offset = 0;
  #rest = '';

  constructor(file: string, cwd: string, tell: (access: Access) => void) {
    this.#file = file;
    this.#calls = new StraceCalls(cwd, tell);
  }

  async read(): Promise<string | undefined> {
    const begin = elapsed();
    let isOver = false;
    for (let wait = 2; ; wait = Math.min(100, wait * 2)) {
      await this.#readOn();
      isOver = this.#hasBegun && this.#hasEnded();
      if (isOver || elapsed() - begin > PATIENCE) break;
      await sleep(wait);
    }
    this.#calls.end();
    if (!this.#hasBegun) return 'strace has written nothing';
    return isOver ? undefined : 'processes that it has started go on';
  }

  /** Not of all of them it is written that they have ended. */
  #hasEnded(): boolean {
    for (const pid of this.#alive) if (!isThere(Number(pid))) this.#alive.delete(pid);
    return this.#alive.size === 0;
  }

  async #readOn(): Promise<void> {
    if (!existsSync(this.#file)) return;
    const stream = createReadStream(this.#file, { encoding: 'latin1', start: this.#offset });
    const closed = once(stream, 'close');
    for await (const chunk of stream as AsyncIterable<string>) {
      this.#offset += chunk.length;
      const lines = (this.#rest + chunk).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#line(line);
    }
    await closed;
  }

  #line(line: string): void {
    this.#hasBegun = true;
    const [, pid, end] = /^(\d+)\s+(\+\+\+ (?:exited|killed|superseded))?/.exec(line) ?? [];
    if (pid !== undefined && end !== undefined) {
      this.#alive.delete(pid);
      return;
    }
    if (pid !== undefined) this.#alive.add(pid);
    const call = this.#lines.read(line);
    if (call !== undefined) this.#calls.read(call);
  }
}

/** Of a process, or a thread. */
function isThere(pid: number): boolean {
  const fields = processFields(pid);
  return fields !== undefined && !isZombie(fields);
}
