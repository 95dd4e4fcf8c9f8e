// Hears of changes to the files of a watch, and tells of those that count: once it is calm, while git is not at work, and not of
// what the tasks of a run have done themselves.

import { existsSync } from 'node:fs';
import { Mutex } from '../base/mutex.ts';
import { Changes } from './changes.ts';
import { Debounce } from './debounce.ts';
import { Echoes } from './echoes.ts';
import { GitPatience } from './git-patience.ts';
import type { Watched } from './watched.ts';

export interface ListenerOptions {
  watched: Watched;
  /** 0: the system tells of changes. */
  pollMs: number;
  /**
   * These files are others now, relative to the root.
   * @param mayCutOff whether the run that goes on may be cut off for them
   */
  onChange(paths: readonly string[], mayCutOff: boolean): Promise<void>;
  /** These change in run after run: they count no more while tasks run. */
  onEchoes(paths: readonly string[]): void;
  /** The root is gone. */
  onGone(): void;
  onError(error: unknown): void;
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #changes: Changes;
  readonly #debounce: Debounce;
  /** One look at the files at a time. */
  readonly #looks = new Mutex();
  readonly #echoes = new Echoes();
  readonly #git = new GitPatience();
  /** Of a run what either one of its tasks has changed or somebody else: it shows when the run is over. */
  readonly #open = new Set<string>();
  #isDuringRun = false;
  #isClosed = false;

  /** From here on every change counts. */
  static async open(options: ListenerOptions): Promise<Listener> {
    // It is told of hints only once this function is over.
    let listener: Listener | undefined;
    const { watched, pollMs } = options;
    const onHint = (): void => listener?.hint();
    const changes = await Changes.open({ scope: watched.scope, pollMs, onHint });
    listener = new Listener(options, changes);
    return listener;
  }

  private constructor(options: ListenerOptions, changes: Changes) {
    this.#options = options;
    this.#changes = changes;
    this.#debounce = new Debounce(() => {
      this.#looks.run(() => this.#look()).catch(options.onError);
    });
  }

  get files(): number {
    return this.#changes.files;
  }

  /** Why files are looked at again and again: the system's word for it. */
  get shortage(): string | undefined {
    return this.#changes.shortage;
  }

  hint(): void {
    if (!this.#isClosed) this.#debounce.hint();
  }

  runBegins(): void {
    this.#isDuringRun = true;
  }

  /**
   * What of the open changes was the run's own work, and what somebody else's?
   * @param isWhole it was not cut off
   */
  runIsOver(runId: string, isWhole: boolean): Promise<void> {
    return this.#looks.run(async () => {
      this.#changes.learn(await this.#options.watched.ownWork(runId));
      // Also what its last task did, of which nobody has been told yet.
      const open = new Set([...this.#open, ...(await this.#changes.take())]);
      this.#open.clear();
      await this.#hear([...open]);
      this.#isDuringRun = false;
      const echoes = this.#echoes.runOver(isWhole);
      if (echoes.length > 0) this.#options.onEchoes(echoes);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#debounce.close();
    this.#changes.close();
  }

  /** It is calm: what has really changed? */
  async #look(): Promise<void> {
    const { watched, onGone } = this.#options;
    const { root } = watched.config;
    if (this.#isClosed) return;
    if (!existsSync(root)) return onGone();
    if (this.#git.isAtWork(root)) return this.hint();
    const differing = await this.#changes.take();
    const isOpen = (path: string): boolean => this.#isDuringRun && watched.mayBeWritten(path);
    for (const path of differing) if (isOpen(path)) this.#open.add(path);
    await this.#hear(differing.filter((path) => !this.#open.has(path)));
  }

  async #hear(differing: readonly string[]): Promise<void> {
    const found = await this.#changes.settle(differing, this.#isDuringRun);
    if (!this.#isDuringRun && found.length > 0) this.#echoes.edited(found);
    const paths = this.#isDuringRun ? this.#echoes.heard(found) : found;
    if (paths.length > 0 && !this.#isClosed)
      await this.#options.onChange(paths, this.#echoes.mayCutOff(paths));
  }
}
