// A run as lines: one for each fact, never drawn again. For logs, pipes, and terminals where nothing can move.

import type { Event, TaskFinished, ValidationFinished } from '../model/event.ts';
import { chosenLines } from '../present/chosen.ts';
import { told } from '../present/events.ts';
import { alive, done, labelOf } from '../present/live.ts';
import { oneLine, plain } from '../present/plain.ts';
import { heading } from '../present/run-events.ts';
import { causeOf } from '../present/sentences.ts';
import { perhapsServer } from '../present/service-sentences.ts';
import { harmlessText, Settling } from '../present/terminal-codes.ts';
import { join } from '../present/text.ts';
import type { Told } from '../present/told.ts';
import { outputName } from '../run/records/run-folder.ts';
import type { Item } from '../state/items.ts';
import { RunState } from '../state/run-state.ts';
import { seemingServer } from '../state/server-like.ts';
import { countOver } from '../state/status.ts';
import { copy, inTurn } from './copy-output.ts';
import { type Folding, type Guard, github, gitlab, guardLine } from './github.ts';
import { type Marks, marksOf, signOf } from './marks.ts';
import { ruleLine } from './output-view.ts';
import type { Clock, Reporter, ReporterOptions } from './reporter.ts';
import { type Put, Queue, type Terminal } from './terminal.ts';

/** After so long without a line, one says that the run is alive. */
const SILENCE_MS = 30_000;

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
  readonly #denied = new Set<string>();
  #isPaused = false;
  #hasHinted = false;
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
    if (event.type === 'run-started') {
      this.#run = new RunState(event);
      this.#zero = this.#clock.now() - event.at;
      if (this.#options.quiet) return;
      this.#stop = this.#clock.every(1_000, () => {
        this.#sayServer();
        this.#sayAlive();
      });
      const { colors } = this.#terminal;
      this.#line(colors.bold(heading(event)));
      for (const line of chosenLines(event.plan.chosen)) this.#line(colors.dim(line));
      return;
    }
    if (this.#run === undefined) return;
    const item = this.#run.apply(event);
    if (event.type === 'run-finished') this.#stop();
    const isResult = event.type === 'task-finished' || event.type === 'validation-finished';
    for (const each of told(event, this.#run)) {
      if (isResult && item && each.mark === item.status) this.#finished(item, event, each);
      else if (!isOfAll(event) || this.#isNews(event)) this.#tell(each);
    }
  }

  /** What has kept one from its worktree or from the server keeps all of them, and is said once. */
  #isNews({ type, reason }: Denied): boolean {
    const told = `${type} ${type === 'remote-denied' ? reason : ''}`;
    const isNews = !this.#denied.has(told);
    this.#denied.add(told);
    return isNews;
  }

  #tell({ audience, mark, subject, text, warning }: Told): void {
    const line = plain(
      join(
        [subject, text].filter((part) => part.length > 0),
        ' ',
      ),
    );
    if (audience === 'everybody') this.#line(`${signOf(mark, this.#terminal)} ${line}`);
    else if (audience === 'verbose' && this.#options.verbose)
      this.#line(this.#terminal.colors.dim(`${this.#marks[mark]} ${line}`));
    if (warning) this.#warn(warning);
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#queue.empty();
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
    const text = alive(this.#run, now - this.#zero);
    this.#line(this.#terminal.colors.dim(`${this.#marks.ellipsis} ${text}`));
  }

  /** Once: of a task that keeps the run going and looks like a server. */
  #sayServer(): void {
    if (this.#run === undefined || this.#isPaused || this.#hasHinted) return;
    const server = seemingServer(this.#run, this.#clock.now() - this.#zero);
    if (server === undefined) return;
    this.#hasHinted = true;
    this.#line(`${signOf('dot', this.#terminal)} ${plain(perhapsServer(server.id))}`);
  }

  /** The one line of a result, with the output that belongs to it. */
  #finished(item: Item, result: TaskFinished | ValidationFinished, said: Told): void {
    const { verbose, quiet, wasShown } = this.#options;
    const title = this.#title(item, said);
    const { bytes } = result.output;
    const isThere = bytes > 0 && !(item.phase.validation === false && wasShown?.(item.id, bytes));
    const wanted = !quiet && (verbose || this.#folding !== undefined) && isThere;
    if (wanted) this.#print((put) => this.#output(item, result, title, put));
    else this.#line(title);
    // Also when quiet: the summary, which says it then, is no annotation.
    const failure =
      hasFailed(result) &&
      this.#folding?.failure?.(`ptask: ${plain(said.subject)} failed`, oneLine(causeOf(result)));
    if (failure) this.#annotate(failure);
    if (said.warning) this.#warn(said.warning);
  }

  /** For those who read the annotations of a CI service; the summary tells it everybody. */
  #warn({ title, text }: NonNullable<Told['warning']>): void {
    const annotation = this.#folding?.warning?.(`ptask: ${plain(title)}`, plain(text));
    if (annotation && !this.#options.quiet) this.#annotate(annotation);
  }

  /** `✔ api 1.2s (3/12)`. */
  #title(item: Item, { mark, subject, text }: Told): string {
    const { counts, items } =
      item.phase.validation || this.#run === undefined
        ? item.phase
        : { counts: this.#run.counts, items: this.#run.tasks };
    const count = this.#terminal.colors.dim(`(${done(countOver(counts), items.length)})`);
    return `${signOf(mark, this.#terminal)} ${plain(subject)} ${plain(text)} ${count}`;
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
      await put(`${title}\n${ruleLine(`output of ${labelOf(item)}`, this.#terminal)}`);
      await copy(file, this.#guard(guardLine()), put);
      await put(ruleLine(`end of ${labelOf(item)}`, this.#terminal));
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

type Denied = Extract<Event, { type: 'workspace-denied' | 'remote-denied' }>;

const isOfAll = (event: Event): event is Denied =>
  event.type === 'workspace-denied' || event.type === 'remote-denied';
