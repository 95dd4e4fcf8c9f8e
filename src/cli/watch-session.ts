// Runs the tasks of a config again whenever a file changes that they read. One loop does what is to be done next; the disk, the
// keyboard and signals leave word of what has happened, and wake it.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail } from '../base/result.ts';
import type { Report } from '../model/report.ts';
import * as say from '../present/watch.ts';
import type { Reasons } from '../watch/freshness.ts';
import { Listener } from '../watch/listener.ts';
import type { Watched } from '../watch/watched.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import type { WatchFlags } from './options.ts';
import { type Ended, refuse, type Session } from './session.ts';
import { showRun } from './show-run.ts';
import { edited, prepare } from './watch-config.ts';
import { filterOf, type WatchFilter } from './watch-filter.ts';
import { WatchScreen, type Wishes } from './watch-screen.ts';
import { WatchServices } from './watch-services.ts';

export async function watchTasks(session: Session<WatchFlags>, words: string[]): Promise<Ended> {
  const watched = await prepare(session, words);
  return watched.ok ? new WatchSession(session, words, watched.value).run() : watched;
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
  #watched: Watched;
  /** Of a config that has changed and is right, to be taken over between two runs. */
  #next: Watched | undefined;
  #listener: Listener | undefined;
  /** What has changed since the last run began. */
  readonly #changed = new Set<string>();
  readonly #services: WatchServices;
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
    this.#services = new WatchServices({
      kill: this.#signals.aborts.kill,
      onEnded: (id, how) => {
        // A run tells it itself.
        if (this.#round === undefined && !this.#quits) this.#screen.warn(say.serviceEnded(id, how));
      },
    });
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
      this.#listener?.close();
      await this.#services.close();
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
    const { unread } = this.#watched;
    const { flags } = this.#session;
    const { poll = 0, quiet } = flags;
    this.#listener?.close();
    this.#listener = await Listener.open({
      watched: this.#watched,
      pollMs: poll,
      onChange: (paths, mayCutOff) => this.#hear(paths, mayCutOff && flags.onBusy === 'restart'),
      onEchoes: (paths) => this.#screen.warn(say.echoes(paths)),
      onGone: () => this.#giveUp(say.ROOT_GONE),
      onError: (error) => this.#crash(error),
    });
    const { shortage } = this.#listener;
    if (shortage !== undefined) this.#screen.warn(say.shortOfWatches(shortage));
    const noReads = unread.length > 0 && !quiet ? say.noReads(unread, this.#screen.hasKeys) : '';
    if (noReads !== this.#noReads && noReads !== '') this.#screen.note(noReads);
    this.#noReads = noReads;
  }

  async #takeOver(watched: Watched): Promise<void> {
    this.#next = undefined;
    this.#watched = watched;
    this.#filter = this.#filter && filterOf(watched.config, this.#filter.typed).filter;
    await this.#begin();
    await this.#services.keepOnly(watched.config);
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
    const { clear, quiet, strategy } = this.#session.flags;
    const plan = await this.#watched.planFor(reasons, changedFiles, strategy);
    if (!plan.ok) return void (await refuse(this.#session, plan.diagnostics));
    if (clear) this.#screen.clear();
    // What stands above is another run's.
    else if (this.#hasRun && !quiet) this.#screen.gap();
    this.#hasRun = true;
    const round: Round = { stop: new AbortController(), id: '', isCutOff: false };
    this.#round = round;
    this.#listener?.runBegins();
    this.#isNews = true;
    if (this.#quits) round.stop.abort(this.#signals.received());
    const ran = await showRun(this.#session, edited(config), plan.value, {
      signal: round.stop.signal,
      kill: this.#signals.aborts.kill,
      lendKeys: () => this.#screen.lend(),
      lendInterrupts: this.#signals.lend,
      services: await this.#services.hostFor(config),
      isSummed: (report) => !round.isCutOff || hasFailed(report),
      onEvent: (event) => {
        if (event.type === 'run-started') round.id = event.id;
        freshness.hear(event);
      },
    });
    await this.#listener?.runIsOver(round.id, !round.isCutOff);
    this.#round = undefined;
    if (!ran.ok && !this.#quits) await refuse(this.#session, ran.diagnostics);
  }

  /** @param mayCutOff whether the run that goes on may be cut off for them */
  async #hear(paths: readonly string[], mayCutOff: boolean): Promise<void> {
    const { configPath, freshness } = this.#watched;
    const isConfig = paths.includes(configPath);
    const isOther = isConfig && (await this.#read());
    const others = paths.filter((path) => path !== configPath);
    for (const path of others) this.#changed.add(path);
    const reasons = this.#watched.hitBy(others);
    const vain = freshness.hit(reasons).map((id) => reasons.get(id)?.path ?? others[0] ?? '');
    const [cause] = isOther ? [configPath] : vain;
    if (cause !== undefined && mayCutOff) this.#cutOff(say.changeOf(cause));
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

  #giveUp(message: string): void {
    this.#problem = { message };
    this.#quit(message);
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
        files: this.#listener?.files ?? 0,
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
