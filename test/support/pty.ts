/**
 * A command in a real pseudo-terminal, its output drawn by a real terminal emulator, so that a test sees
 * what a person would: the screen after all the cursor movement, not the bytes.
 */
import { atEnd } from './cleanup.ts';
import { ptaskBin } from './cli.ts';
import { emulator, type View } from './emulator.ts';
import { type Env, hermeticEnv } from './env.ts';
import { type PtyExit, ptyProcess } from './pty-process.ts';
import { tempDir } from './tmp.ts';
import { within } from './within.ts';

export type { Shot } from './emulator.ts';

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

export type TerminalOptions = {
  cwd?: string;
  env?: Env;
  cols?: number;
  rows?: number;
  /** The command has written `\x1b]7777;mark\x07`, and what came before that, and nothing else, is on the screen. */
  onMark?: (mark: string, terminal: PseudoTerminal) => void;
};

export type PseudoTerminal = View & {
  pid: number;
  /** The raw output, escape sequences included. */
  raw: () => string;
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
  exited: Promise<PtyExit>;
};

/** Starts `file` with `args` in a terminal of 80×24; it is killed when the test file ends. */
export function terminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions = {},
): PseudoTerminal {
  const { cols = 80, rows = 24, onMark } = options;
  let raw = '';
  let ended: PtyExit | undefined;
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of [...watchers]) watcher();
  };

  const display = emulator({
    cols,
    rows,
    onAnswer: (text) => pty.write(text),
    onMark: (mark) => onMark?.(mark, self),
  });
  let setEnded: (exit: PtyExit) => void;
  const exited = new Promise<PtyExit>((resolve) => {
    setEnded = resolve;
  });
  const pty = ptyProcess(file, args, {
    cwd: options.cwd ?? tempDir(),
    env: hermeticEnv({ TERM: 'xterm-256color', ...options.env }),
    cols,
    rows,
    onData: (text) => {
      raw += text;
      display.write(text, look);
    },
    onExit: (exit) => {
      // Writes are parsed in order, so this one is called after all output.
      display.write('', () => {
        ended = exit;
        setEnded(exit);
        look();
      });
    },
  });
  atEnd('end the terminal', async () => {
    pty.kill('SIGKILL');
    await exited;
    display.dispose();
  });

  const { screen } = display.view;
  const picture = () => {
    const how = ended === undefined ? 'running' : `ended with ${JSON.stringify(ended)}`;
    const rule = '─'.repeat(cols);
    return `${[file, ...args].join(' ')} (${how})\n${rule}\n${screen()}\n${rule}`;
  };

  const self: PseudoTerminal = {
    ...display.view,
    pid: pty.pid,
    raw: () => raw,
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
      display.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    kill: (signal = 'SIGKILL') => pty.kill(signal),
    exited,
  };
  return self;
}

/** The built ptask in a terminal. */
export function ptaskTerminal(args: readonly string[], options: TerminalOptions = {}): PseudoTerminal {
  return terminal(process.execPath, [ptaskBin, ...args], options);
}
