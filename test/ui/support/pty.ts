// A real terminal with a process in it: node-pty runs it, a headless xterm is the screen.

import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { atEnd } from '../../support/cleanup.ts';

/** What stands on the screen at one moment. */
export interface Shot {
  mark: string;
  /** The rows of the screen, without spaces at their ends. */
  rows: string[];
  /** What has been pushed off its top. */
  scrolled: string[];
  cursorVisible: boolean;
  /** Counted from 0. */
  cursorRow: number;
}

export interface Ended {
  shots: Shot[];
  /** At the end. */
  last: Shot;
  /** Every byte the process wrote. */
  raw: string;
  exitCode: number;
  signal: number | undefined;
}

export interface PtyOptions {
  columns: number;
  rows: number;
  env?: Record<string, string>;
  /** What to do when the process sets a mark: resize it, send a signal. */
  onMark?: (
    mark: string,
    act: { resize(columns: number, rows: number): void; kill(signal: string): void },
  ) => void;
}

const replay = fileURLToPath(new URL('replay.ts', import.meta.url));

/** Runs a scene of `replay.ts` to its end. */
export function perform(scene: string, options: PtyOptions): Promise<Ended> {
  const { columns: cols, rows } = options;
  const screen = new xterm.Terminal({ cols, rows, scrollback: 5_000, allowProposedApi: true });
  const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm-256color', ...options.env };
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), replay, scene], {
    cols,
    rows,
    env,
  });
  atEnd('end the process in the terminal', () => {
    try {
      child.kill('SIGKILL');
    } catch {
      // It has ended.
    }
  });

  let cursorVisible = true;
  const cursor = (visible: boolean) => (params: (number | number[])[]) => {
    if (params[0] === 25) cursorVisible = visible;
    return false;
  };
  screen.parser.registerCsiHandler({ prefix: '?', final: 'h' }, cursor(true));
  screen.parser.registerCsiHandler({ prefix: '?', final: 'l' }, cursor(false));

  const shoot = (mark: string): Shot => {
    const buffer = screen.buffer.active;
    const line = (at: number) => buffer.getLine(at)?.translateToString(true) ?? '';
    return {
      mark,
      rows: Array.from({ length: screen.rows }, (_, row) => line(buffer.baseY + row)),
      scrolled: Array.from({ length: buffer.baseY }, (_, row) => line(row)),
      cursorVisible,
      cursorRow: buffer.cursorY,
    };
  };
  const shots: Shot[] = [];
  screen.parser.registerOscHandler(7777, (mark) => {
    shots.push(shoot(mark));
    options.onMark?.(mark, {
      resize(columns, newRows) {
        screen.resize(columns, newRows);
        child.resize(columns, newRows);
      },
      kill: (signal) => child.kill(signal),
    });
    return true;
  });

  let raw = '';
  child.onData((data) => {
    raw += data;
    screen.write(data);
  });
  return new Promise((resolve) => {
    child.onExit(async ({ exitCode, signal }) => {
      // node-pty may tell of the end before it has read the last of what was written.
      for (let read = -1; read !== raw.length; ) {
        read = raw.length;
        await new Promise((wait) => setTimeout(wait, 100));
      }
      screen.write('', () =>
        resolve({ shots, last: shoot('end'), raw, exitCode, signal: signal || undefined }),
      );
    });
  });
}
