/**
 * A process in a pseudo-terminal, of whose output nothing is lost.
 *
 * node-pty's own `spawn` closes the terminal 200 ms after the process has ended, read or not, and Linux
 * lets go of a terminal that nobody holds open any more, which libuv may take for its end before all has
 * been read. So we use the native half of node-pty, hold the command's side of the terminal open as well,
 * and once the process has ended write a mark there: what comes before it is everything.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

const require = createRequire(import.meta.url);

/** What node-pty's `spawn` stands on; not declared, the same since its version 1.0. */
type Native = {
  fork: (
    file: string,
    args: string[],
    env: string[],
    cwd: string,
    cols: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helper: string,
    onExit: (code: number, signal: number) => void,
  ) => { fd: number; pid: number; pty: string };
  resize: (fd: number, cols: number, rows: number) => void;
};

const { requireBinary } = require('@lydell/node-pty/requireBinary.js');
const native = requireBinary('pty.node') as Native;
/** On macOS another program starts the process. */
const helper =
  process.platform === 'darwin'
    ? require.resolve(`@lydell/node-pty-darwin-${process.arch}/spawn-helper`)
    : '';

/** A private sequence, of which a terminal shows nothing. */
const END = '\x1b]7778;end\x07';
/** Milliseconds for what is left to be read, where the terminal cannot be written to any more (macOS). */
const GRACE = 200;

export type PtyExit = { code: number; signal: number | undefined };
export type PtyProcess = {
  pid: number;
  write: (text: string) => void;
  resize: (cols: number, rows: number) => void;
  /** Does nothing once it has ended. */
  kill: (signal: NodeJS.Signals) => void;
};
export type PtyProcessOptions = {
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
  onData: (text: string) => void;
  /** Called once, after all data. */
  onExit: (exit: PtyExit) => void;
};

export function ptyProcess(file: string, args: readonly string[], options: PtyProcessOptions): PtyProcess {
  const { cwd, cols, rows, onData } = options;
  const env = Object.entries({ ...options.env, PWD: cwd }).map(([name, value]) => `${name}=${value}`);
  let exit: PtyExit | undefined;
  let open = true;
  /** Of END. */
  let unwritten = END;
  /** What has come since the process ended. */
  let tail = '';
  let grace: NodeJS.Timeout | undefined;

  const close = (rest: string) => {
    if (!open || exit === undefined) return;
    open = false;
    clearTimeout(grace);
    closeSync(theirs);
    ours.destroy();
    if (rest !== '') onData(rest);
    options.onExit(exit);
  };
  const mark = () => {
    try {
      while (unwritten !== '') unwritten = unwritten.slice(writeSync(theirs, unwritten));
    } catch (error) {
      // A terminal that is full can be written to when something of it has been read.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') grace ??= setTimeout(() => close(tail), GRACE);
    }
    if (ours.destroyed) close(tail);
  };
  const ended = (code: number, signal: number) => {
    exit = { code, signal: signal === 0 ? undefined : signal };
    mark();
  };

  const { fd, pid, pty } = native.fork(file, [...args], env, cwd, cols, rows, -1, -1, true, helper, ended);
  // Nothing of ours has run since: if the process is over already, its output is still there.
  const theirs = openSync(pty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const ours = new ReadStream(fd);
  ours.setEncoding('utf8');
  ours.on('data', (data: Buffer | string) => {
    if (!open) return;
    if (exit === undefined) {
      onData(String(data));
      return;
    }
    tail += data;
    const end = tail.indexOf(END);
    if (end >= 0) close(tail.slice(0, end));
    else mark();
  });
  // EIO is how a terminal ends that nobody holds open: macOS takes it away from us too. Closing follows.
  ours.on('error', () => {});
  ours.on('close', () => close(tail));

  return {
    pid,
    write: (text) => {
      if (open) ours.write(text);
    },
    resize: (newCols, newRows) => {
      if (open) native.resize(fd, newCols, newRows);
    },
    kill: (signal) => {
      if (exit !== undefined) return;
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended, which we are about to hear.
      }
    },
  };
}
