// The live view of a run: a tree of listr2 tasks, each of which ends when an event says so. listr2 watches and decides
// nothing: what runs when was decided elsewhere, its tasks all "run" from the beginning.

import { Listr, type ListrTask } from 'listr2';
import type { Event } from '../../model/event.ts';
import * as say from '../../present/live.ts';
import { causeOf } from '../../present/sentences.ts';
import type { Item, Phase } from '../../state/items.ts';
import { RunState } from '../../state/run-state.ts';
import type { Clock, Reporter } from '../reporter.ts';
import type { Terminal } from '../terminal.ts';
import { branchesOf } from './frame.ts';
import { TreeRenderer } from './renderer.ts';
import { TAIL_INDENT } from './row.ts';
import { TreeScreen } from './screen.ts';

type Renderer = typeof TreeRenderer;

/** Settles listr2's task. */
interface Mirror {
  pass: () => void;
  fail: (error: Error) => void;
}

/** All at once, and a failed task keeps the others going: neither is for a renderer to decide. */
const WATCH_ONLY = { concurrent: true, exitOnError: false, collectErrors: false } as const;

export class TreeReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #screen: TreeScreen;
  readonly #mirrors = new Map<Item, Mirror>();
  /** After the last task a step may be looked into, or results be on their way: the tree stays until the run is over. */
  readonly #rest: ListrTask<unknown, Renderer, Renderer>;
  #endRest = (): void => {};
  #run: RunState | undefined;
  #zero = 0;
  #over: Promise<unknown> | undefined;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#screen = new TreeScreen(terminal);
    const over = new Promise<void>((end) => {
      this.#endRest = end;
    });
    this.#rest = { task: () => over };
  }

  onEvent(event: Event): void {
    if (event.type === 'run-started') {
      this.#run = new RunState(event);
      this.#begin(this.#run);
      return;
    }
    const item = this.#run?.apply(event);
    if (event.type === 'run-finished') this.#settle();
    else if (event.type === 'task-finished' && item) this.#end(item);
  }

  outputWidth(): number {
    return this.#terminal.columns() - TAIL_INDENT;
  }

  async pause(): Promise<() => void> {
    this.#screen.close();
    return () => this.#screen.open();
  }

  async close(): Promise<void> {
    this.#settle();
    await this.#over;
    this.#screen.close();
  }

  #begin(run: RunState): void {
    this.#zero = this.#clock.now() - run.at;
    const roots = branchesOf(run).flatMap(({ phases: [phase], titled, items }) => {
      const leaves = items.map((item) => this.#leaf(item));
      return phase && titled ? branch(phase, leaves) : leaves;
    });
    const list = new Listr<unknown, Renderer, Renderer>([...roots, this.#rest], {
      ...WATCH_ONLY,
      // Its handler for SIGINT would end the process before anything is put right.
      registerSignalListeners: false,
      renderer: TreeRenderer,
      rendererOptions: {
        run,
        terminal: this.#terminal,
        screen: this.#screen,
        at: () => run.endedAt ?? this.#clock.now() - this.#zero,
        every: this.#clock.every,
      },
    });
    this.#over = list.run();
  }

  #leaf(item: Item): ListrTask<unknown, Renderer, Renderer> {
    const ended = new Promise<void>((pass, fail) => this.#mirrors.set(item, { pass, fail }));
    // It may fail before listr2 has come to listen.
    ended.catch(() => {});
    return { title: item.id, task: () => ended };
  }

  #end(item: Item): void {
    const { status, result } = item;
    const mirror = this.#mirrors.get(item);
    if (status !== 'failed' && status !== 'rolled-back') mirror?.pass();
    else mirror?.fail(new Error(result ? causeOf(result) : ''));
  }

  /** Nothing more will come: what has no result will have none. */
  #settle(): void {
    for (const item of this.#mirrors.keys()) this.#end(item);
    this.#endRest();
  }
}

const branch = (
  phase: Phase,
  leaves: ListrTask<unknown, Renderer, Renderer>[],
): ListrTask<unknown, Renderer, Renderer> => ({
  title: say.nameOf(phase),
  task: (_, task) => task.newListr(leaves, WATCH_ONLY),
});
