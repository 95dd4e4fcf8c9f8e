// The live view of a run: a tree of listr2 tasks, each of which ends when an event says so. listr2 watches and decides
// nothing: what runs when was decided elsewhere, its tasks all "run" from the beginning.

import { Listr, type ListrTask, ListrTaskState, type ListrTaskWrapper } from 'listr2';
import type { Event } from '../../model/event.ts';
import * as say from '../../present/live.ts';
import { causeOf } from '../../present/sentences.ts';
import { type Item, type Phase, RunState } from '../../state/run-state.ts';
import { isOver } from '../../state/status.ts';
import type { Clock, Reporter } from '../reporter.ts';
import type { Terminal } from '../terminal.ts';
import { TreeRenderer } from './renderer.ts';
import { TreeScreen } from './screen.ts';

type Renderer = typeof TreeRenderer;

/** An item as listr2 has it. */
interface Mirror {
  item: Item;
  /** Settles listr2's task. */
  pass: () => void;
  fail: (error: Error) => void;
  ended: Promise<void>;
  /** There once listr2 has called the task. */
  task?: ListrTaskWrapper<unknown, Renderer, Renderer>;
}

/** All at once, and a failed task keeps the others going: neither is for a renderer to decide. */
const WATCH_ONLY = { concurrent: true, exitOnError: false, collectErrors: false } as const;

export class TreeReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #screen: TreeScreen;
  readonly #mirrors = new Map<Item, Mirror>();
  #run: RunState | undefined;
  #zero = 0;
  #over: Promise<unknown> | undefined;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#screen = new TreeScreen(terminal);
  }

  onEvent(event: Event): void {
    if (event.type === 'run-started') {
      this.#run = new RunState(event);
      this.#begin(this.#run);
      return;
    }
    const item = this.#run?.apply(event);
    if (event.type === 'run-finished') this.#settle();
    else if (event.type !== 'task-output' && event.type !== 'validation-output' && item) {
      const mirror = this.#mirrors.get(item);
      if (mirror) reflect(mirror);
    }
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
    const { phases, validation, tasks } = run;
    // Levels of one task each say nothing that the order of the tasks does not say.
    const flat = phases.length < 2 || phases.every(({ items }) => items.length === 1);
    const roots = flat ? tasks.map((item) => this.#leaf(item)) : phases.map((phase) => this.#branch(phase));
    if (validation) roots.push(this.#branch(validation));
    const list = new Listr<unknown, Renderer, Renderer>(roots, {
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

  #branch(phase: Phase): ListrTask<unknown, Renderer, Renderer> {
    const leaves = phase.items.map((item) => this.#leaf(item));
    return {
      title: say.nameOf(phase),
      rendererOptions: { phase },
      task: (_, task) => task.newListr(leaves, WATCH_ONLY),
    };
  }

  #leaf(item: Item): ListrTask<unknown, Renderer, Renderer> {
    const mirror = newMirror(item);
    this.#mirrors.set(item, mirror);
    return {
      title: item.id,
      rendererOptions: { item },
      task: (_, task) => {
        mirror.task = task;
        reflect(mirror);
        return mirror.ended;
      },
    };
  }

  /** Nothing more will come: what has no result will have none. */
  #settle(): void {
    for (const mirror of this.#mirrors.values()) {
      if (!isOver(mirror.item.status)) mirror.pass();
      else if (mirror.item.status === 'failed') reflect(mirror, true);
    }
  }
}

function newMirror(item: Item): Mirror {
  let [pass, fail]: [Mirror['pass'], Mirror['fail']] = [() => {}, () => {}];
  const ended = new Promise<void>((resolve, reject) => {
    [pass, fail] = [resolve, reject];
  });
  // It may fail before listr2 has come to listen.
  ended.catch(() => {});
  return { item, pass, fail, ended };
}

/** Puts listr2's task into the state of the item. */
function reflect({ item, task, pass, fail }: Mirror, isRunOver = false): void {
  if (!task) return;
  switch (item.status) {
    case 'waiting':
      turn(task, ListrTaskState.WAITING);
      break;
    case 'running':
    case 'verifying':
    case 'integrating':
      turn(task, ListrTaskState.STARTED);
      break;
    case 'retrying':
      turn(task, ListrTaskState.RETRY);
      break;
    case 'ran':
      turn(task, ListrTaskState.PAUSED);
      break;
    case 'passed':
      turn(task, ListrTaskState.STARTED);
      pass();
      break;
    case 'failed':
    case 'rolled-back':
      // It may still be looked for what broke a step: the tree stays until the run is over.
      if (item.phase.validation && !isRunOver) {
        turn(task, ListrTaskState.FAILED);
        break;
      }
      fail(new Error(item.result ? causeOf(item.result) : ''));
      break;
    case 'skipped':
    case 'cancelled':
      task.skip(item.result ? causeOf(item.result) : '');
      pass();
  }
}

function turn({ task }: ListrTaskWrapper<unknown, Renderer, Renderer>, state: ListrTaskState): void {
  if (task.state !== state) task.state$ = state;
}
