// Runs the tasks of a config again whenever a file changes that they read. One loop does what is to be done next; the disk, the
// keyboard and signals leave word of what has happened, and wake it.

import { existsSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { Mutex } from '../base/mutex.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { withReasons } from '../plan/chosen.ts';
import { planWithGit } from '../plan/plan-with-git.ts';
import * as say from '../present/watch.ts';
import { Changes } from '../watch/changes.ts';
import { Debounce } from '../watch/debounce.ts';
import { Echoes } from '../watch/echoes.ts';
import type { Reasons } from '../watch/freshness.ts';
import { GitPatience } from '../watch/git-patience.ts';
import { Watched } from '../watch/watched.ts';
import { planChosen } from './choose.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import type { WatchFlags } from './options.ts';
import { configOf, type Ended, refuse, type Session } from './session.ts';
import { showRun } from './show-run.ts';
import { filterOf, type WatchFilter } from './watch-filter.ts';
import { WatchScreen, type Wishes } from './watch-screen.ts';

export async function watchTasks(session: Session<WatchFlags>, words: string[]): Promise<Ended> {
  const watched = await prepare(session, words);
  return watched.ok ? new WatchSession(session, words, watched.value).run() : watched;
}

/** The config and what its tasks read, as of now; fails where the config is wrong. */
async function prepare(session: Session<WatchFlags>, words: readonly string[]): Promise<Result<Watched>> {
  const loaded = await configOf(session);
  if (!loaded.ok) return loaded;
  const chosen = await planChosen(session, loaded.value, words);
  return chosen.ok ? ok(await Watched.of(chosen.value.config, chosen.value.plan)) : chosen;
}

/** A run that goes on. */
interface Round {
  stop: AbortController;
  id: string;
  /** Another one follows it at once, and tells what is to be told. */
  isCutOff: boolean;
}

class WatchSession {
  readonly #session: Session<WatchFlags>;
  readonly #words: readonly string[];
  readonly #screen: WatchScreen;
  readonly #signals = watchSignals();
  readonly #debounce = new Debounce(() => this.#inTurn(() => this.#look()));
  /** One look at the files at a time. */
  readonly #looks = new Mutex();
  readonly #echoes = new Echoes();
  readonly #git = new GitPatience();
  #watched: Watched;
  /** Of a config that has changed and is right, to be taken over between two runs. */
  #next: Watched | undefined;
  #changes: Changes | undefined;
  /** What has changed since the last run began. */
  readonly #changed = new Set<string>();
  /** What either a task of the run has changed or somebody else: it shows when the run is over. */
  readonly #open = new Set<string>();
  #filter: WatchFilter | undefined;
  #round: Round | undefined;
  #isPaused = false;
  /** Said of tasks that no change reruns. */
  #noReads = '';
  /** Something is to be told of before the next wait. */
  #isNews = true;
  #hasRun = false;
  #quits = false;
  /** Why it cannot go on. */
  #problem: Diagnostic | undefined;
  #wake: () => void = () => {};
  #crash: (error: unknown) => void = () => {};

  constructor(session: Session<WatchFlags>, words: readonly string[], watched: Watched) {
    this.#session = session;
    this.#words = words;
    this.#watched = watched;
    this.#screen = new WatchScreen(session.out, this.#wishes());
  }

  async run(): Promise<Ended> {
    const { signal } = this.#signals.aborts;
    const crashed = new Promise<never>((_, reject) => {
      this.#crash = reject;
    });
    signal.addEventListener('abort', () => this.#quit(String(signal.reason)));
    // Whoever reads what we say has gone.
    this.#session.out.stream.once('error', () => this.#quit('the end of the output'));
    try {
      await Promise.race([this.#work(), crashed]);
    } finally {
      this.#debounce.close();
      this.#changes?.close();
      this.#screen.close();
      this.#signals.release();
    }
    if (this.#problem !== undefined) return fail(this.#problem);
    const received = this.#signals.received();
    return received === undefined ? 0 : dieOf(received);
  }

  async #work(): Promise<void> {
    const { flags } = this.#session;
    await this.#begin();
    if (flags.postpone) this.#watched.freshness.trust();
    else this.#watched.freshness.ask(this.#chosen());
    while (!this.#quits) {
      const woken = new Promise<void>((wake) => {
        this.#wake = wake;
      });
      const isHeld = this.#isPaused || this.#screen.isTyping;
      if (this.#next !== undefined && !isHeld) await this.#takeOver(this.#next);
      else if (this.#watched.freshness.isDue && !isHeld) await this.#run();
      else {
        if (this.#isNews && !this.#screen.isTyping) this.#tell();
        await woken;
      }
    }
  }

  /** From here on every change counts. */
  async #begin(): Promise<void> {
    const { scope, unread } = this.#watched;
    const { poll = 0, quiet } = this.#session.flags;
    this.#changes?.close();
    this.#changes = await Changes.open({ scope, pollMs: poll, onHint: () => this.#debounce.hint() });
    const { shortage } = this.#changes;
    if (shortage !== undefined) this.#screen.warn(say.shortOfWatches(shortage));
    const noReads = unread.length > 0 && !quiet ? say.noReads(unread, this.#screen.hasKeys) : '';
    if (noReads !== '' && noReads !== this.#noReads) this.#screen.note(noReads);
    this.#noReads = noReads;
  }

  async #takeOver(watched: Watched): Promise<void> {
    this.#next = undefined;
    this.#watched = watched;
    this.#filter = this.#filter && filterOf(watched.config, this.#filter.typed).filter;
    await this.#begin();
    this.#changed.add(watched.configPath);
    watched.freshness.ask(this.#chosen(), { kind: 'all', path: watched.configPath });
  }

  async #run(): Promise<void> {
    const { freshness } = this.#watched;
    const reasons = freshness.next(this.#filter?.isChosen);
    freshness.begin(reasons);
    const files = this.#changed.size;
    this.#changed.clear();
    if (reasons.size > 0) await this.#runThese(reasons, files);
    freshness.end();
  }

  async #runThese(reasons: Reasons, changedFiles: number): Promise<void> {
    const { config, freshness } = this.#watched;
    const plan = await this.#planOf(reasons, changedFiles);
    if (!plan.ok) {
      await refuse(this.#session, plan.diagnostics);
      return;
    }
    const { clear, quiet } = this.#session.flags;
    if (clear) this.#screen.clear();
    // What stands above is another run's.
    else if (this.#hasRun && !quiet) this.#screen.gap();
    this.#hasRun = true;
    const round: Round = { stop: new AbortController(), id: '', isCutOff: false };
    this.#round = round;
    this.#isNews = true;
    if (this.#quits) round.stop.abort(this.#signals.received());
    const ran = await showRun(this.#session, edited(config), plan.value, {
      signal: round.stop.signal,
      kill: this.#signals.aborts.kill,
      lendKeys: () => this.#screen.lend(),
      isSummed: (report) => !round.isCutOff || hasFailed(report),
      onEvent: (event) => {
        if (event.type === 'run-started') round.id = event.id;
        freshness.hear(event);
      },
    });
    await this.#looks.run(() => this.#settle(round.id));
    if (!ran.ok && !this.#quits) await refuse(this.#session, ran.diagnostics);
  }

  /** The run is over: what of the open changes is its own work, and what somebody else's. */
  async #settle(runId: string): Promise<void> {
    this.#changes?.learn(await this.#watched.ownWork(runId));
    this.#watched.freshness.end();
    this.#round = undefined;
    const open = [...this.#open];
    this.#open.clear();
    await this.#hear(open, true);
    const echoes = this.#echoes.runOver();
    if (echoes.length > 0) this.#screen.warn(say.echoes(echoes));
  }

  async #planOf(reasons: Reasons, changedFiles: number): Promise<Result<Plan>> {
    const { config, plan: all } = this.#watched;
    const tasks = [...reasons.keys()];
    const asked = { tasks, only: true, strategy: this.#session.flags.strategy };
    const plan = tasks.length === all.tasks.length ? ok(all) : await planWithGit(config, asked);
    if (!plan.ok || [...reasons.values()].every(({ kind }) => kind === 'named')) return plan;
    return ok(withReasons(plan.value, config, reasons, { changedFiles }));
  }

  #inTurn(work: () => Promise<void>): void {
    this.#looks.run(work).catch(this.#crash);
  }

  /** It is calm: what has really changed? */
  async #look(): Promise<void> {
    const { root } = this.#watched.config;
    if (this.#quits || this.#changes === undefined) return;
    if (!existsSync(root)) {
      this.#problem = { message: say.ROOT_GONE };
      this.#quit(say.ROOT_GONE);
      return;
    }
    if (this.#git.isAtWork(root)) {
      this.#debounce.hint();
      return;
    }
    const differing = await this.#changes.take();
    if (this.#round === undefined) return this.#hear(differing, false);
    const open = new Set(differing.filter((path) => this.#watched.mayBeWritten(path)));
    for (const path of open) this.#open.add(path);
    await this.#hear(
      differing.filter((path) => !open.has(path)),
      true,
    );
  }

  /** @param isDuringRun so that it may be the work of its tasks */
  async #hear(differing: readonly string[], isDuringRun: boolean): Promise<void> {
    const found = (await this.#changes?.settle(differing, isDuringRun)) ?? [];
    if (!isDuringRun && found.length > 0) this.#echoes.edited();
    const paths = isDuringRun ? this.#echoes.heard(found) : found;
    if (paths.length === 0) return;
    const { configPath, freshness } = this.#watched;
    const isConfig = paths.includes(configPath);
    const isOther = isConfig && (await this.#read());
    const others = paths.filter((path) => path !== configPath);
    for (const path of others) this.#changed.add(path);
    const isVain = freshness.hit(this.#watched.hitBy(others)) || isOther;
    if (isVain && this.#session.flags.onBusy === 'restart') this.#cutOff(say.changeOf(paths));
    this.#wake();
  }

  /** The config has changed: whether there is another one to go on with. One that is wrong is told, and what was stays. */
  async #read(): Promise<boolean> {
    const read = await prepare(this.#session, this.#words);
    this.#next = read.ok && !read.value.isSame(this.#watched) ? read.value : undefined;
    if (read.ok) return this.#next !== undefined;
    await refuse(this.#session, read.diagnostics);
    this.#screen.note(say.CONFIG_BROKEN);
    return false;
  }

  #cutOff(why: string): void {
    if (this.#round === undefined || this.#round.stop.signal.aborted) return;
    this.#round.isCutOff = true;
    this.#round.stop.abort(why);
  }

  #quit(why: string): void {
    this.#quits = true;
    this.#round?.stop.abort(why);
    this.#wake();
  }

  #chosen(): string[] {
    const ids = this.#watched.config.tasks.map(({ id }) => id);
    return ids.filter((id) => this.#filter?.isChosen(id) ?? true);
  }

  #wishes(): Wishes {
    const heard = (): void => {
      this.#isNews = true;
      this.#wake();
    };
    return {
      again: (which) => {
        const { freshness } = this.#watched;
        const failed = freshness.with('failed');
        if (which === 'all') freshness.ask(this.#chosen());
        else if (failed.length > 0) freshness.ask(failed, { kind: 'failed', status: 'failed' });
        else this.#screen.note(say.NONE_FAILED);
        this.#isPaused = false;
        if (freshness.isDue) this.#cutOff(say.byKey(which === 'all' ? 'r' : 'x'));
        heard();
      },
      pause: () => {
        this.#isPaused = !this.#isPaused;
        heard();
      },
      cancel: () => {
        this.#round?.stop.abort(say.byKey('c'));
        this.#watched.freshness.rest();
      },
      quit: () => this.#quit(say.byKey('q')),
      mayType: () => this.#round === undefined,
      typed: (typed) => {
        if (typed !== undefined) this.#choose(typed);
        heard();
      },
    };
  }

  #choose(typed: string): void {
    const { filter, problem } = filterOf(this.#watched.config, typed);
    if (problem !== undefined) {
      this.#screen.warn(problem);
      return;
    }
    this.#filter = filter;
    this.#watched.freshness.ask(filter === undefined ? [] : this.#chosen());
  }

  #tell(): void {
    this.#isNews = false;
    const { freshness, config } = this.#watched;
    if (this.#session.flags.quiet) return;
    if (this.#hasRun) this.#screen.gap();
    this.#screen.line(
      say.watchLine({
        files: this.#changes?.files ?? 0,
        tasks: config.tasks.filter(({ run }) => run.length > 0).length,
        failed: freshness.with('failed'),
        isPaused: this.#isPaused,
        filter: this.#filter?.typed,
        hasKeys: this.#screen.hasKeys,
      }),
    );
  }
}

const hasFailed = ({ tasks }: Report): boolean =>
  tasks.some(({ status }) => status === 'failed' || status === 'rolled-back');

/** Somebody edits meanwhile: of what no task declares nobody can say whether a task has changed it. */
const edited = (config: Config): Config => ({
  ...config,
  tasks: config.tasks.map((task) => ({ ...task, strays: 'ignore' })),
});
