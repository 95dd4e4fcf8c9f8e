// Draws lines over the lines drawn before, at the end of what a terminal shows. Unaware of what they say.

import { ProcessOutput } from 'listr2';
import { harmlessText } from '../../present/terminal-codes.ts';
import { widthOf } from '../layout.ts';
import type { Terminal } from '../terminal.ts';

const CSI = '\u001b[';
/** Between these a terminal shows nothing half-drawn (those that do not know it ignore it), and wraps no line. */
const BEGIN = `${CSI}?2026h${CSI}?7l`;
const END = `${CSI}?7h${CSI}?2026l`;
const SHOW_CURSOR = `${CSI}?25h`;
const ERASE_LINE_END = `${CSI}K`;
const ERASE_BELOW = `${CSI}J`;

/**
 * The cursor stands on the row below the drawing, and is never hidden: then nothing has to be put right when the process
 * ends in a way that nobody sees. What others write meanwhile is caught by listr2's ProcessOutput, and put above the
 * drawing with the next frame.
 */
export class TreeScreen {
  readonly #terminal: Terminal;
  readonly #output: ProcessOutput;
  #lines: string[] = [];
  #columns = 0;
  #open = false;
  /** Nobody has closed it: the drawing stays, the last that was known. */
  readonly #onExit = () => this.#release('');

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const { stream } = terminal;
    const other = stream === process.stdout ? process.stderr : process.stdout;
    // A stream that goes to a file or a pipe does not disturb the screen and is let through untouched.
    const watched = other.isTTY && other !== stream ? other : NOWHERE;
    this.#output = new ProcessOutput(stream, watched, { leaveEmptyLine: false });
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#output.hijack();
    this.#write(SHOW_CURSOR);
    process.once('exit', this.#onExit);
  }

  /** Lines that fit: none wider than the terminal, fewer than it has rows. */
  draw(drawn: readonly string[]): void {
    const lines = drawn.map(harmlessText);
    const columns = this.#terminal.columns();
    const said = this.#caught();
    // A slow line, over ssh, gets the next frame instead of all of them.
    if (this.#terminal.stream.writableNeedDrain && said === '') return;
    const moved = columns !== this.#columns || this.#lines.length > this.#terminal.rows() - 1;
    if (said !== '' || moved) {
      this.#write(
        `${BEGIN}${this.#back()}${CSI}?7h${said}${CSI}?7l${lines.map((line) => `${line}\n`).join('')}${END}`,
      );
    } else {
      const changes = this.#changes(lines);
      if (changes !== '') this.#write(BEGIN + changes + END);
    }
    this.#lines = [...lines];
    this.#columns = columns;
  }

  /** Takes the drawing away, writes text that stays, and lets go of the streams. */
  close(text = ''): void {
    if (this.#open) this.#release(this.#lines.length > 0 ? this.#back() : '', harmlessText(text));
  }

  #release(before: string, after = ''): void {
    this.#open = false;
    process.removeListener('exit', this.#onExit);
    this.#write(`${before}${this.#caught()}${after}`);
    this.#output.release();
    this.#lines = [];
  }

  #write(text: string): void {
    if (text !== '') this.#output.toStdout(text, false);
  }

  /** What others have written since. */
  #caught(): string {
    const { stdout, stderr } = this.#output.stream;
    const entries = [...stdout.release(), ...stderr.release()].sort((a, b) => a.time - b.time);
    stdout.hijack();
    stderr.hijack();
    const text = entries.map(({ entry }) => entry).join('');
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  }

  /**
   * To the first row of the drawing, and everything from there erased. A terminal that has become narrower has broken
   * the lines that were drawn into several rows each; what it has pushed off the screen cannot be reached any more.
   */
  #back(): string {
    const columns = this.#terminal.columns();
    const narrower = columns < this.#columns;
    const drawn = narrower
      ? this.#lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
      : this.#lines.length;
    const up = Math.min(drawn, this.#terminal.rows() - 1);
    return `\r${up > 0 ? `${CSI}${up}A` : ''}${ERASE_BELOW}`;
  }

  /** Only the lines that differ are written again. */
  #changes(lines: readonly string[]): string {
    const before = this.#lines;
    const first = lines.findIndex((line, at) => line !== before[at]);
    if (first < 0 && lines.length === before.length) return '';
    const from = first < 0 ? lines.length : first;
    const up = Math.min(before.length, this.#terminal.rows() - 1) - from;
    let text = `\r${up > 0 ? `${CSI}${up}A` : ''}`;
    let skipped = 0;
    for (let at = from; at < lines.length; at += 1) {
      if (at < before.length && lines[at] === before[at]) {
        skipped += 1;
        continue;
      }
      text += `${skipped > 0 ? `${CSI}${skipped}B` : ''}${lines[at]}${ERASE_LINE_END}\n`;
      skipped = 0;
    }
    if (skipped > 0) text += `${CSI}${skipped}B`;
    return `${text}${ERASE_BELOW}`;
  }
}

const NOWHERE = { write: () => true } as unknown as NodeJS.WriteStream;
