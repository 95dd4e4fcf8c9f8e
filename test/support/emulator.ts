/** A screen without a window: takes the bytes that a command writes, and knows what they show. */
import { createRequire } from 'node:module';
import type * as Xterm from '@xterm/headless';

// It is CommonJS whose exports node cannot name when they are imported.
const xterm = createRequire(import.meta.url)('@xterm/headless') as typeof Xterm;

export type View = {
  /** The visible lines, each trimmed on the right, without the empty ones at the end. */
  screen: () => string;
  /** All lines since the start: those scrolled off and those on the screen. */
  scrollback: () => string;
  /** Where the cursor is on the screen, from 0. */
  cursor: () => { x: number; y: number };
  cursorVisible: () => boolean;
  /** All of it at this moment, to look at later. */
  shot: () => Shot;
};

export type Shot = {
  screen: string;
  scrollback: string;
  cursor: { x: number; y: number };
  cursorVisible: boolean;
};

export type Emulator = {
  view: View;
  /** `done` is called when it is on the screen. */
  write: (text: string, done: () => void) => void;
  resize: (cols: number, rows: number) => void;
  dispose: () => void;
};

export type EmulatorOptions = {
  cols: number;
  rows: number;
  /** The emulator's answers, such as the cursor's position, for the one who asked. */
  onAnswer: (text: string) => void;
  /** A command under test sets a mark by writing `\x1b]7777;name\x07`; called when it has come to it. */
  onMark: (name: string) => void;
};

export function emulator({ cols, rows, onAnswer, onMark }: EmulatorOptions): Emulator {
  const inner = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true });
  inner.onData(onAnswer);
  inner.parser.registerOscHandler(7777, (name) => {
    onMark(name);
    return true;
  });

  let cursorVisible = true;
  // DECTCEM, mode 25; false lets the emulator handle the sequence as well.
  const watchCursor = (visible: boolean) => (params: (number | number[])[]) => {
    if (params.includes(25)) cursorVisible = visible;
    return false;
  };
  inner.parser.registerCsiHandler({ prefix: '?', final: 'h' }, watchCursor(true));
  inner.parser.registerCsiHandler({ prefix: '?', final: 'l' }, watchCursor(false));

  const buffer = () => inner.buffer.active;
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      buffer()
        .getLine(from + i)
        ?.translateToString(true),
    )
      .map((line) => (line ?? '').trimEnd())
      .join('\n')
      .trimEnd();

  const screen = () => lines(buffer().baseY, inner.rows);
  const scrollback = () => lines(0, buffer().length);
  const cursor = () => ({ x: buffer().cursorX, y: buffer().cursorY });
  const shot = () => ({ screen: screen(), scrollback: scrollback(), cursor: cursor(), cursorVisible });

  return {
    view: { screen, scrollback, cursor, cursorVisible: () => cursorVisible, shot },
    write: (text, done) => inner.write(text, done),
    resize: (newCols, newRows) => inner.resize(newCols, newRows),
    dispose: () => inner.dispose(),
  };
}
