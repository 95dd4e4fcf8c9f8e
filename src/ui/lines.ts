// A run as lines: one for each fact, never drawn again. For logs, pipes, and terminals where nothing can move.

import { join, relative } from 'node:path';
import type {
  Event,
  TaskCollided,
  TaskFinished,
  TreeRestored,
  ValidationFinished,
  WorkspaceDenied,
  WorkspaceReady,
} from '../model/event.ts';
import { reachedOutside, removed } from '../report/aftermath.ts';
import { deniedWorktree } from '../report/denied.ts';
import { harmlessText, Settling } from '../report/terminal-codes.ts';
import { outputName } from '../run/records/run-folder.ts';
import { collisionsOf, discardedOf } from '../state/collisions.ts';
import { pendingOn } from '../state/pending.ts';
import { type Item, RunState } from '../state/run-state.ts';
import { countOver } from '../state/status.ts';
import { collisionSign } from './aftermath-view.ts';
import { copy, inTurn } from './copy-output.ts';
import { type Folding, type Guard, github, gitlab, guardLine } from './github.ts';
import { type Marks, marksOf } from './marks.ts';
import * as say from './messages.ts';
import type { Clock, Reporter, ReporterOptions } from './reporter.ts';
import { type Put, Queue, type Terminal } from './terminal.ts';

/** After so long without a line, one says that the run is alive. */
const SILENCE_MS = 30_000;
const RULE = 20;
/** A path that is better told from the top. */
const FAR = join('..', '..');

export class LinesReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #clock: Clock;
  readonly #terminal: Terminal;
  readonly #marks: Marks;
  readonly #queue: Queue;
  readonly #folding: Folding | undefined;
  #run: RunState | undefined;
  #zero = 0;
  #lastLine = 0;
  #sections = 0;
  #isDenied = false;
  #isPaused = false;
  #stop: () => void = () => {};

  constructor(options: ReporterOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#terminal = options.terminal;
    this.#marks = marksOf(options.terminal);
    this.#queue = new Queue(options.terminal);
    const { GITHUB_ACTIONS, GITLAB_CI } = options.env;
    this.#folding = GITHUB_ACTIONS === 'true' ? github : GITLAB_CI === 'true' ? gitlab : undefined;
  }

  get folds(): boolean {
    return this.#folding !== undefined && !this.#options.quiet;
  }

  get prints(): boolean {
    return this.#options.verbose && !this.#options.quiet;
  }

  /** What comes meanwhile waits, so that a question stays the last line. */
  pause(): Promise<() => void> {
    return new Promise((paused) => {
      this.#print(
        () =>
          new Promise<void>((done) => {
            this.#isPaused = true;
            paused(() => {
              this.#isPaused = false;
              done();
            });
          }),
      );
    });
  }

  onEvent(event: Event): void {
    if (event.type === 'run-started') this.#run = new RunState(event);
    const item = this.#run?.apply(event);
    const { colors } = this.#terminal;
    const { started, retrying, cancelled } = this.#marks;
    const { quiet, verbose } = this.#options;
    switch (event.type) {
      case 'run-started':
        this.#zero = this.#clock.now() - event.at;
        if (quiet) return;
        this.#line(colors.bold(say.heading(event)));
        this.#stop = this.#clock.every(1_000, () => this.#sayAlive());
        return;
      case 'task-waiting':
        if (verbose && item)
          this.#line(colors.dim(`${this.#marks.waiting} ${say.labelOf(item)} ${this.#waits(item)}`));
        return;
      case 'task-started':
      case 'validation-started':
        if (verbose && item)
          this.#line(colors.dim(`${started} ${say.labelOf(item)} ${say.started(item.attempt)}`));
        return;
      case 'task-retrying':
        if (item)
          this.#line(
            `${colors.yellow(retrying)} ${say.labelOf(item)}: ${say.retrying(event.attempt, event.reason, event.delayMs)}`,
          );
        return;
      case 'workspace-ready':
        if (verbose) this.#line(colors.dim(`${started} ${this.#worktree(event)}`));
        return;
      case 'workspace-denied':
        this.#denied(event);
        return;
      case 'task-ran':
        if (verbose && item)
          this.#line(colors.dim(`${this.#marks.waiting} ${say.labelOf(item)} ${this.#waits(item)}`));
        return;
      case 'task-strayed':
        if (item) this.#warn(say.straying(event), say.strays(event));
        return;
      case 'task-reached-outside':
        for (const change of event.changes)
          this.#warn(`${event.id} reached outside its own tree`, reachedOutside(event.id, change));
        return;
      case 'task-collided':
        this.#collided(event);
        return;
      case 'tree-restored':
        this.#restored(event);
        return;
      case 'run-cleaned':
        if (verbose && removed(event)) this.#line(colors.dim(`${this.#marks.dot} ${removed(event)}`));
        return;
      case 'task-finished':
      case 'validation-finished':
        if (item) this.#finished(item, event);
        return;
      case 'validation-replaying':
        if (verbose && item)
          this.#line(
            colors.dim(`${started} ${say.labelOf(item)} ${say.replayed(event.replay, event.tasks)}`),
          );
        return;
      case 'validation-blamed':
        if (item) this.#line(`${this.#marks.dot} ${say.labelOf(item)}: ${say.blame(event.blame)}`);
        return;
      case 'run-stopping':
        if (this.#run) this.#line(colors.yellow(`${cancelled} ${say.stopping(this.#run)}`));
        return;
      case 'run-finished':
        this.#stop();
    }
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#queue.empty();
  }

  #waits(item: Item): string {
    return this.#run === undefined ? '' : say.waits(pendingOn(this.#run, item));
  }

  #worktree(event: WorkspaceReady): string {
    const root = this.#run?.started.root ?? '';
    const near = relative(root, event.path);
    return say.ownWorktree(event, near.startsWith(FAR) ? event.path : near);
  }

  /** Said once: what has kept one from its worktree keeps all of them. */
  #denied({ id, reason }: WorkspaceDenied): void {
    if (this.#isDenied) return;
    this.#isDenied = true;
    const { colors } = this.#terminal;
    this.#line(`${colors.yellow(this.#marks.warning)} ${say.oneLine(`${id} ${deniedWorktree(reason)}`)}`);
    this.#warn('no worktree could be made', say.oneLine(reason));
  }

  #collided(event: TaskCollided): void {
    const { colors } = this.#terminal;
    for (const collision of collisionsOf(event.conflicts)) {
      const text = say.collision(collision, true);
      this.#line(`${collisionSign(collision, this.#marks, colors)} ${text}`);
      if (discardedOf(collision).length > 0) this.#warn(say.linesDropped(collision), text);
    }
  }

  #restored(event: TreeRestored): void {
    this.#line(`${this.#terminal.colors.yellow(this.#marks['rolled-back'])} ${say.restored(event)}`);
  }

  #line(text: string): void {
    if (this.#options.quiet) return;
    this.#print(`${text}\n`);
  }

  #print(job: string | ((put: Put) => Promise<void>)): void {
    this.#lastLine = this.#clock.now();
    this.#queue.add(job);
  }

  /** What is for the service and no line of text. */
  #annotate(line: string): void {
    this.#print((put) => put(Buffer.from(line)));
  }

  #sayAlive(): void {
    const now = this.#clock.now();
    if (this.#run === undefined || this.#isPaused || now - this.#lastLine < SILENCE_MS) return;
    const alive = say.alive(this.#run, now - this.#zero);
    this.#line(this.#terminal.colors.dim(`${this.#marks.ellipsis} ${alive}`));
  }

  /** The one line of a result, with the output that belongs to it. */
  #finished(item: Item, result: TaskFinished | ValidationFinished): void {
    const { verbose } = this.#options;
    const title = this.#title(item, result);
    const { bytes } = result.output;
    const isThere =
      bytes > 0 && !(item.phase.validation === false && this.#options.wasShown?.(item.id, bytes));
    const wanted = !this.#options.quiet && (verbose || this.#folding !== undefined) && isThere;
    if (wanted) this.#print((put) => this.#output(item, result, title, put));
    else this.#line(title);
    // Also when quiet: the summary, which says it then, is no annotation.
    const failure =
      hasFailed(result) && this.#folding?.failure?.(`ptask: ${say.labelOf(item)} failed`, say.why(result));
    if (failure) this.#annotate(failure);
    if (result.type === 'task-finished' && result.strays.length > 0)
      this.#warn(say.straying(result), say.strays(result));
  }

  /** For those who read the annotations of a CI service; the summary tells it everybody. */
  #warn(title: string, text: string): void {
    const annotation = this.#folding?.warning?.(`ptask: ${title}`, text);
    if (annotation && !this.#options.quiet) this.#annotate(annotation);
  }

  /** `✔ api 1.2s (3/12)`. */
  #title(item: Item, result: TaskFinished | ValidationFinished): string {
    const { colors } = this.#terminal;
    const paint = {
      passed: colors.green,
      failed: colors.red,
      'rolled-back': colors.red,
      skipped: colors.yellow,
      cancelled: colors.yellow,
    };
    const attempts = result.type === 'task-finished' ? result.attempts : 1;
    const { counts, items } =
      item.phase.validation || this.#run === undefined
        ? item.phase
        : { counts: this.#run.counts, items: this.#run.tasks };
    const count = colors.dim(`(${say.done(countOver(counts), items.length)})`);
    const sign = paint[result.status](this.#marks[result.status]);
    return `${sign} ${say.labelOf(item)} ${say.outcome(result, attempts)} ${count}`;
  }

  /** Of one output: nothing of it acts on the terminal beyond its colours, if there are any. */
  #guard(guard: Guard): Guard {
    return inTurn(new Settling(this.#terminal.colors.isColorSupported), guard);
  }

  async #output(
    item: Item,
    result: TaskFinished | ValidationFinished,
    title: string,
    put: Put,
  ): Promise<void> {
    const folding = this.#folding;
    const file = this.#options.outputFile(result.type === 'task-finished' ? outputName(item.id) : result.log);
    if (!folding) {
      const rule = this.#marks.rule.repeat(2);
      const head = `${rule} ${say.outputOf(say.labelOf(item))} `;
      const mark = (text: string) => `${this.#terminal.colors.dim(text)}\n`;
      await put(`${title}\n${mark(head + this.#marks.rule.repeat(RULE))}`);
      await copy(file, this.#guard(guardLine()), put);
      await put(mark(`${rule} ${say.endOf(say.labelOf(item))} ${this.#marks.rule.repeat(RULE)}`));
      return;
    }
    this.#sections += 1;
    const key = `${this.#sections}_${item.id}`;
    const zero = Date.parse(this.#run?.started.startedAt ?? '') || 0;
    const startedAt = zero + (item.startedAt ?? result.at);
    // What folds is no text of ours: a service reads it, and no terminal.
    await put(Buffer.from(folding.open(harmlessText(title), { key, startedAt, failed: hasFailed(result) })));
    await copy(file, this.#guard(folding.guard()), put);
    await put(Buffer.from(folding.close({ key, endedAt: zero + result.at })));
  }
}

const hasFailed = ({ status }: TaskFinished | ValidationFinished): boolean =>
  status === 'failed' || status === 'rolled-back';
