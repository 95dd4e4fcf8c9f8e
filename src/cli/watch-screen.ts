// What a watch shows between its runs, and what it hears from the keyboard.

import type { Diagnostic } from '../base/diagnostic.ts';
import * as say from '../present/watch.ts';
import { type Keys, openKeys } from '../ui/keys.ts';
import { fitting, flow, padEnd, widthOf } from '../ui/layout.ts';
import { marksOf } from '../ui/marks.ts';
import type { Terminal } from '../ui/terminal.ts';

/** What a person at the keyboard may want. */
export interface Wishes {
  /** All tasks again, or those that failed. */
  again(which: 'all' | 'failed'): void;
  pause(): void;
  cancel(): void;
  quit(): void;
  /** Whether a filter may be typed now: nothing else is on the screen. */
  mayType(): boolean;
  /** Typing has ended; undefined without a filter that is to be taken. */
  typed(filter: string | undefined): void;
}

const CLEAR_LINE = '\r\x1b[K';
const CLEAR_SCREEN = '\x1b[2J\x1b[3J\x1b[H';

export class WatchScreen {
  readonly #out: Terminal;
  readonly #wishes: Wishes;
  readonly #keys: Keys | undefined;
  #typing: string | undefined;
  readonly #deeds: Readonly<Record<string, () => void>>;

  constructor(out: Terminal, wishes: Wishes) {
    this.#out = out;
    this.#wishes = wishes;
    this.#deeds = {
      r: () => wishes.again('all'),
      enter: () => wishes.again('all'),
      x: () => wishes.again('failed'),
      p: () => wishes.pause(),
      c: () => wishes.cancel(),
      q: () => wishes.quit(),
      'ctrl-d': () => wishes.quit(),
      f: () => this.#begin(),
      h: () => this.#help(),
      '?': () => this.#help(),
    };
    this.#keys = out.interactive
      ? openKeys(
          (key) => this.#press(key),
          () => wishes.quit(),
        )
      : undefined;
  }

  get hasKeys(): boolean {
    return this.#keys !== undefined;
  }

  /** Nothing runs while somebody types. */
  get isTyping(): boolean {
    return this.#typing !== undefined;
  }

  lend(): () => void {
    return this.#keys?.lend() ?? (() => {});
  }

  close(): void {
    if (this.isTyping) this.#raw(CLEAR_LINE);
    this.#typing = undefined;
    this.#keys?.close();
  }

  clear(): void {
    if (this.#out.stream.isTTY) this.#raw(CLEAR_SCREEN);
  }

  gap(): void {
    this.#out.write('\n');
  }

  line(parts: readonly string[]): void {
    const { stream, columns } = this.#out;
    const dot = ` ${marksOf(this.#out).dot} `;
    for (const line of stream.isTTY ? flow(parts, dot, '', columns()) : [parts.join(dot)]) this.note(line);
  }

  note(text: string): void {
    this.#out.write(`${this.#out.colors.dim(text)}\n`);
  }

  warn({ message, hint }: Diagnostic): void {
    const { colors } = this.#out;
    const way = hint === undefined ? '' : `  ${marksOf(this.#out).arrow} ${hint}\n`;
    this.#out.write(`${colors.yellow('warning')} ${message}\n${way}`);
  }

  #press(key: string): void {
    if (key === 'ctrl-c') process.kill(process.pid, 'SIGINT');
    else if (key === 'ctrl-\\') process.kill(process.pid, 'SIGQUIT');
    else if (key === 'ctrl-z') this.#suspend();
    else if (this.isTyping) this.#type(key);
    else this.#deeds[key]?.();
  }

  #begin(): void {
    if (!this.#wishes.mayType()) return;
    this.#typing = '';
    this.#draw();
  }

  #type(key: string): void {
    const typed = this.#typing ?? '';
    if (key === 'enter' || key === 'escape' || key === 'ctrl-d') {
      this.#typing = undefined;
      this.#raw(CLEAR_LINE);
      this.#wishes.typed(key === 'enter' ? typed.trim() : undefined);
      return;
    }
    if (key === 'backspace') this.#typing = [...typed].slice(0, -1).join('');
    else if (/^[^\p{Cc}]$/u.test(key)) this.#typing = typed + key;
    this.#draw();
  }

  #draw(): void {
    const { colors } = this.#out;
    const asked = 'tasks to run (Enter takes it, Esc leaves): ';
    const room = this.#out.columns() - 1;
    const prompt = widthOf(asked) + 12 < room ? asked : 'tasks: ';
    const typed = this.#typing ?? '';
    // Of what is too long the end: there it is being typed.
    const backwards = [...typed].reverse().join('');
    const end = [...fitting(backwards, room - widthOf(prompt))].reverse().join('');
    this.#raw(`${CLEAR_LINE}${colors.bold(prompt)}${end}`);
  }

  #help(): void {
    const width = Math.max(...say.KEYS.map(([key]) => key.length));
    const lines = say.KEYS.map(([key, deed]) => `  ${this.#out.colors.bold(padEnd(key, width))}  ${deed}\n`);
    if (this.#wishes.mayType()) this.#out.write(lines.join(''));
  }

  #suspend(): void {
    const { pid } = process;
    const goOn = this.lend();
    process.once('SIGCONT', goOn);
    // With all that the shell takes for one job, as the terminal would.
    process.kill(process.platform === 'win32' ? pid : 0, 'SIGTSTP');
  }

  #raw(text: string): void {
    void this.#out.put(Buffer.from(text));
  }
}
