/**
 * A command in a real pseudo-terminal, its output drawn by a real terminal emulator, so that a test sees
 * what a person would: the screen after all the cursor movement, not the bytes.
 */
import { createRequire } from 'node:module';
import type * as NodePty from '@lydell/node-pty';
import type * as Xterm from '@xterm/headless';
import { atEnd } from './cleanup.ts';
import { ptaskBin } from './cli.ts';
import { type Env, hermeticEnv } from './env.ts';
import { tempDir } from './tmp.ts';
import { within } from './within.ts';

// Both are CommonJS whose exports node cannot name when they are imported.
const require = createRequire(import.meta.url);
const nodePty = require('@lydell/node-pty') as typeof NodePty;
const xterm = require('@xterm/headless') as typeof Xterm;

const KEYS = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-z': '\x1a',
  'ctrl-\\': '\x1c',
} as const;

export type TerminalOptions = { cwd?: string; env?: Env; cols?: number; rows?: number };
export type TerminalExit = { code: number; signal: number | undefined };

export type PseudoTerminal = {
  pid: number;
  /** The visible lines, each trimmed on the right, without the empty ones at the end. */
  screen: () => string;
  /** All lines since the start: those scrolled off and those on the screen. */
  scrollback: () => string;
  /** The raw output, escape sequences included. */
  raw: () => string;
  /** Where the cursor is on the screen, from 0. */
  cursor: () => { x: number; y: number };
  cursorVisible: () => boolean;
  /**
   * Waits until the screen matches; looks after each piece of output. Fails, showing the screen, after
   * `timeout` milliseconds (10 000) or when the command ended without it.
   */
  waitFor: (what: RegExp | ((screen: string) => boolean), timeout?: number) => Promise<string>;
  type: (text: string) => void;
  press: (key: keyof typeof KEYS) => void;
  resize: (cols: number, rows: number) => void;
  kill: (signal?: NodeJS.Signals) => void;
  /** Resolves once it has ended and all its output is on the screen. */
  exited: Promise<TerminalExit>;
};

/** Starts `file` with `args` in a terminal of 80×24; it is killed when the test file ends. */
export function terminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions = {},
): PseudoTerminal {
  const { cols = 80, rows = 24 } = options;
  const emulator = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true });
  let cursorVisible = true;
  // DECTCEM, mode 25; false lets the emulator handle the sequence as well.
  const watchCursor = (visible: boolean) => (params: (number | number[])[]) => {
    if (params.includes(25)) cursorVisible = visible;
    return false;
  };
  emulator.parser.registerCsiHandler({ prefix: '?', final: 'h' }, watchCursor(true));
  emulator.parser.registerCsiHandler({ prefix: '?', final: 'l' }, watchCursor(false));

  const pty = nodePty.spawn(file, [...args], {
    name: 'xterm-256color',
    cols,
    rows,
    cwd: options.cwd ?? tempDir(),
    env: hermeticEnv({ TERM: 'xterm-256color', ...options.env }),
  });
  // The emulator's answers, such as the cursor's position, go back to the one who asked.
  emulator.onData((data) => pty.write(data));

  let raw = '';
  let ended: TerminalExit | undefined;
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of [...watchers]) watcher();
  };
  pty.onData((data) => {
    raw += data;
    emulator.write(data, look);
  });
  const exited = new Promise<TerminalExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      // Writes are parsed in order, so this one is called after all output.
      emulator.write('', () => {
        ended = { code: exitCode, signal: signal === 0 ? undefined : signal };
        resolve(ended);
        look();
      });
    });
  });

  const lines = (from: number, count: number) => {
    const buffer = emulator.buffer.active;
    const found = Array.from({ length: count }, (_, i) => buffer.getLine(from + i)?.translateToString(true));
    return found
      .map((line) => (line ?? '').trimEnd())
      .join('\n')
      .trimEnd();
  };
  const screen = () => lines(emulator.buffer.active.baseY, emulator.rows);
  const picture = () => {
    const how = ended === undefined ? 'running' : `ended with ${JSON.stringify(ended)}`;
    const rule = '─'.repeat(emulator.cols);
    return `${[file, ...args].join(' ')} (${how})\n${rule}\n${screen()}\n${rule}`;
  };
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    if (ended === undefined) pty.kill(signal);
  };
  atEnd('end the terminal', async () => {
    kill();
    await exited;
    emulator.dispose();
  });

  return {
    pid: pty.pid,
    screen,
    scrollback: () => lines(0, emulator.buffer.active.length),
    raw: () => raw,
    cursor: () => ({ x: emulator.buffer.active.cursorX, y: emulator.buffer.active.cursorY }),
    cursorVisible: () => cursorVisible,
    waitFor: (what, timeout = 10_000) => {
      const matches = (text: string) => (what instanceof RegExp ? what.test(text) : what(text));
      let watcher = () => {};
      const found = () =>
        new Promise<string>((resolve, reject) => {
          watcher = () => {
            const text = screen();
            if (matches(text)) resolve(text);
            else if (ended !== undefined) reject(new Error(`never on the screen: ${what}\n${picture()}`));
          };
          watchers.add(watcher);
          watcher();
        });
      return within(timeout, `waiting for ${what} on the screen`, found, picture).finally(() =>
        watchers.delete(watcher),
      );
    },
    type: (text) => pty.write(text),
    press: (key) => pty.write(KEYS[key]),
    resize: (newCols, newRows) => {
      emulator.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    kill,
    exited,
  };
}

/** The built ptask in a terminal. */
export function ptaskTerminal(args: readonly string[], options: TerminalOptions = {}): PseudoTerminal {
  return terminal(process.execPath, [ptaskBin, ...args], options);
}
