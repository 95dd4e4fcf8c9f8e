// What changes in the files of a scope, from the hints of the system to the files that have really changed.

import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { elapsed } from '../base/elapsed.ts';
import { look } from '../base/look.ts';
import { ignoredAmong, ignoredFolders } from '../plan/ignored-files.ts';
import { Folders, type Watch } from './folders.ts';
import { KnownFiles } from './known-files.ts';
import type { Scope } from './scope.ts';

export interface ChangesOptions {
  scope: Scope;
  /** Something may have changed: ask for it, once it is calm. */
  onHint(): void;
  /** Milliseconds between two looks at everything, instead of being told by the system; 0 for the latter. */
  pollMs: number;
  watch?: Watch;
}

/** Hints after which it takes less to look at all files; and the system may have had more than it could keep. */
const MANY = 4_000;
/** Milliseconds between two looks where the system has no more watches to give. */
const FALLBACK_MS = 1_000;
/** Of the time between two of them, this times what one takes. */
const SHARE = 10;

/** Instead of a watch of the system. */
const UNWATCHED: Watch = () => ({ on() {}, close() {} }) as unknown as FSWatcher;

export class Changes {
  readonly #options: ChangesOptions;
  readonly #ignored: ReadonlySet<string>;
  readonly #known: KnownFiles;
  readonly #hints = new Set<string>();
  #folders: Folders;
  #timer: NodeJS.Timeout | undefined;
  #pollMs: number;
  /** Why the files are looked at again and again instead of being watched: the system's word for it. */
  shortage: string | undefined;

  /** Takes all files as they are. */
  static async open(options: ChangesOptions): Promise<Changes> {
    return new Changes(options, await ignoredFolders(options.scope.root));
  }

  private constructor(options: ChangesOptions, ignored: ReadonlySet<string>) {
    const { scope, pollMs, watch } = options;
    this.#options = options;
    this.#ignored = ignored;
    this.#pollMs = pollMs;
    this.#known = new KnownFiles(scope.root);
    this.#folders = this.#open(pollMs > 0 ? UNWATCHED : watch);
    let files = this.#folders.enter('');
    this.shortage = this.#folders.shortage;
    if (this.shortage !== undefined) {
      this.#folders.close();
      this.#pollMs = FALLBACK_MS;
      this.#folders = this.#open(UNWATCHED);
      files = this.#folders.enter('');
    }
    for (const path of files) this.#known.learn(path);
    this.#lookLater(0);
  }

  get files(): number {
    return this.#known.size;
  }

  /** The wanted files of which there were hints and that differ from what is known of them. */
  async take(): Promise<string[]> {
    const hints = [...this.#hints];
    this.#hints.clear();
    if (this.#pollMs > 0 || hints.length > MANY) {
      const begun = elapsed();
      const differing = this.#known.differing(this.#everything());
      this.#lookLater(elapsed() - begun);
      return differing;
    }
    const paths = new Set<string>();
    for (const hint of hints) for (const path of await this.#pathsAt(hint)) paths.add(path);
    return this.#known.differing(paths);
  }

  /** Takes these as they are. */
  learn(paths: Iterable<string>): void {
    for (const path of paths) if (this.#options.scope.isWanted(path)) this.#known.learn(path);
  }

  /**
   * Of files that differ the ones that matter, which are known from now on: not those that git ignores and no pattern spells out.
   * @param isByTasks tasks run, which may well have written them: what says the same as the last time does not matter either
   */
  async settle(paths: readonly string[], isByTasks: boolean): Promise<string[]> {
    const changed = this.#known.changed(paths);
    const saying = this.#known.saying(changed);
    const found = isByTasks ? saying : changed;
    return found.length === 0 ? [] : this.#withoutIgnored(found);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#folders.close();
  }

  #open(watch?: Watch): Folders {
    const { scope, onHint } = this.#options;
    return new Folders({
      scope,
      ignored: this.#ignored,
      onHint: (path) => {
        this.#hints.add(path);
        onHint();
      },
      ...(watch && { watch }),
    });
  }

  /** @param tookMs what the last look has taken: most of the time nothing is to be done */
  #lookLater(tookMs: number): void {
    if (this.#pollMs === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#options.onHint, Math.max(this.#pollMs, SHARE * tookMs));
  }

  async #pathsAt(hint: string): Promise<string[]> {
    const stats = look(join(this.#options.scope.root, hint));
    const isWatched = this.#folders.has(hint);
    if (stats?.isDirectory()) {
      if (isWatched && !this.#folders.isReplaced(hint, stats)) return [];
      const before = this.#known.below(hint);
      this.#folders.leave(hint);
      return (await this.#isLeftOut(hint)) ? before : [...before, ...this.#folders.enter(hint)];
    }
    const before = isWatched || stats === undefined ? this.#known.below(hint) : [];
    if (isWatched) this.#folders.leave(hint);
    return this.#options.scope.isWanted(hint) ? [...before, hint] : before;
  }

  /** All files that were or are there. */
  #everything(): string[] {
    const before = this.#known.below('');
    this.#folders.close();
    return [...new Set([...before, ...this.#folders.enter('')])];
  }

  async #isLeftOut(folder: string): Promise<boolean> {
    const { scope } = this.#options;
    if (!this.#folders.isOfScope(folder)) return true;
    if (scope.names.has(folder.slice(folder.lastIndexOf('/') + 1))) return false;
    return (await ignoredAmong(scope.root, [folder]))(folder);
  }

  async #withoutIgnored(paths: readonly string[]): Promise<string[]> {
    const { root, names } = this.#options.scope;
    const inside = paths.filter((path) => !path.startsWith('../'));
    const ways = inside.flatMap((path) => waysTo(path));
    const isIgnored = await ignoredAmong(root, ways);
    const counts = (path: string): boolean => {
      if (path.startsWith('../')) return true;
      const outermost = waysTo(path).find(isIgnored);
      return outermost === undefined || names.has(outermost.slice(outermost.lastIndexOf('/') + 1));
    };
    return paths.filter(counts);
  }
}

/** The folders above a path from the outermost inwards, and the path itself. */
const waysTo = (path: string): string[] => {
  const parts = path.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
};
