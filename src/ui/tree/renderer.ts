// The renderer that listr2 runs: ten times a second it draws the run, fitted to the screen.

import { type ListrEventManager, ListrEventType, type ListrRenderer, Spinner } from 'listr2';
import { chosenLines } from '../../present/chosen.ts';
import { heading } from '../../present/run-events.ts';
import type { RunState } from '../../state/run-state.ts';
import { marksOf } from '../marks.ts';
import type { Terminal } from '../terminal.ts';
import { estimate } from './estimate.ts';
import { finalTree } from './final.ts';
import { branchesOf, frame } from './frame.ts';
import { type Look, nameWidthFor } from './row.ts';
import type { TreeScreen } from './screen.ts';

export interface TreeOptions {
  run: RunState;
  terminal: Terminal;
  screen: TreeScreen;
  /** Milliseconds after the start of the run. */
  at: () => number;
  /** Calls again and again until what it gives is called. */
  every: (ms: number, tick: () => void) => () => void;
}

const FRAME_MS = 100;
/** What is left is counted down between two estimates, at least so many milliseconds and for each task so many: of ten thousand one takes 40. */
const ESTIMATE_MS = 1_000;
const ESTIMATE_MS_PER_TASK = 0.5;

class AsciiSpinner extends Spinner {
  protected override readonly spinner = ['-', '\\', '|', '/'];
}

export class TreeRenderer implements ListrRenderer {
  /** Which stream is a terminal has been looked at by whoever chose the tree; listr2 asks stdout only. */
  static nonTTY = true;
  static rendererOptions: TreeOptions;
  static rendererTaskOptions: object;

  readonly #options: TreeOptions;
  readonly #spinner: Spinner;
  #stop: () => void = () => {};
  #columns = 0;
  #nameWidth = 0;
  #left: { ms: number | undefined; at: number } | undefined;

  constructor(_: unknown, options: TreeOptions, events?: ListrEventManager) {
    this.#options = options;
    this.#spinner = options.terminal.unicode ? new Spinner() : new AsciiSpinner();
    // The first frame as soon as listr2 knows its subtasks, the others by time: a thousand changes are one drawing.
    events?.once(ListrEventType.SHOULD_REFRESH_RENDER, () => setImmediate(() => this.#draw()));
  }

  render = (): void => {
    const { run, terminal, screen, every } = this.#options;
    const { colors } = terminal;
    terminal.write(`${colors.bold(heading(run.started))}\n`);
    for (const line of chosenLines(run.started.plan.chosen)) terminal.write(`${colors.dim(line)}\n`);
    screen.open();
    this.#stop = every(FRAME_MS, () => {
      this.#spinner.spin();
      this.#draw();
    });
  };

  end = (): void => {
    this.#stop();
    const { screen } = this.#options;
    if (!screen.isOpen) return;
    let text = '';
    try {
      text = finalTree(branchesOf(this.#options.run), this.#look())
        .map((line) => `${line}\n`)
        .join('');
    } finally {
      screen.close(text);
    }
  };

  #draw(): void {
    const { screen, terminal } = this.#options;
    if (screen.isOpen) screen.draw(this.lines(terminal.rows()));
  }

  /** One frame for a screen of so many rows. */
  lines(rows: number): string[] {
    return frame(branchesOf(this.#options.run), this.#look(), rows);
  }

  #look(): Look {
    const { run, terminal } = this.#options;
    const at = this.#options.at();
    const columns = terminal.columns();
    if (columns !== this.#columns) {
      this.#columns = columns;
      this.#nameWidth = nameWidthFor(run, columns);
    }
    const pauseMs = Math.max(ESTIMATE_MS, run.tasks.length * ESTIMATE_MS_PER_TASK);
    if (!this.#left || at - this.#left.at >= pauseMs) this.#left = { ms: estimate(run, at), at };
    const { ms, at: then } = this.#left;
    return {
      columns,
      colors: terminal.colors,
      marks: marksOf(terminal),
      spinner: this.#spinner.fetch(),
      at,
      nameWidth: this.#nameWidth,
      run,
      leftMs: ms === undefined ? undefined : Math.max(0, ms - (at - then)),
    };
  }
}
