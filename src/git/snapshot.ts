// The work tree as it is now, as a commit: staged, changed, deleted and new files, what is ignored left out, and the folders
// that no file stands for. The user's index, HEAD, refs and stash are read and never written. Files are held byte for byte
// as they lie on the disk where a `RawView` is given, else as git would commit them.
//
// All is done on a private index file. It starts as a copy of the work tree's own one, whose stat data spare reading
// files, and is kept from one snapshot to the next; when the original has changed (files were staged, say) it is
// copied anew. A snapshot then is: asking git what differs between the private index and the disk, and which files git does
// not know; having it enter both; and writing the trees of what the index holds then.

import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { look } from '../base/look.ts';
import { Mutex } from '../base/mutex.ts';
import { isWithin } from '../base/path-names.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import { commitAsPtask } from './commit.ts';
import { convertedIn } from './conversions.ts';
import { differences } from './differences.ts';
import { distrust, timeIndex } from './distrust.ts';
import { type Difference, enter, uncover } from './entering.ts';
import { type Besides, emptyFolders } from './folders.ts';
import { GitError } from './git.ts';
import { ignoredSince, isIgnoreFile } from './ignored.ts';
import { fingerprintOfIndex, onIndex, privateIndex, releaseIndex } from './index-file.ts';
import { IndexStat, plainCopy } from './index-stat.ts';
import { type Look, Looks } from './looks.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';
import { treeOf, treeOfIndex } from './tree.ts';

export interface SnapshotRequest {
  parents: readonly string[];
  message: string;
  /** Paths, and what lies below them, that are not looked at: they stay as the index has them. */
  exclude?: readonly RawPath[];
  /** Paths that are held where they are there, ignored or not. */
  also?: readonly RawPath[];
}

export interface Snapshot {
  commit: string;
  tree: string;
  /** The innermost folders that no file of the tree stands for, see folders.ts. */
  folders: readonly RawPath[];
  /** Untracked folders that are repositories of their own: nothing of them is in the tree. */
  nested: readonly RawPath[];
  /** See `Differences`. */
  ignored: readonly RawPath[];
  /** See folders.ts. */
  besides: Besides;
  look: Look;
}

export interface SnapshotsOptions {
  /** Where the private index files lie: a folder that nobody else uses. */
  scratch: string;
  /** To hold the bytes of the files. */
  view?: RawView;
  /**
   * The private index stands for the work tree already, and whatever its own index says does not count. The objects are put into
   * this repository: of a task's work tree there is no telling what has become of its `.git`.
   */
  seededFor?: Repository;
  /** What the private index is known to say. */
  known?: KnownIndex;
}

/** What an index file of this print says. */
export interface KnownIndex {
  index: IndexStat;
  print: string | undefined;
}

export class Snapshots {
  readonly #repository: Repository;
  readonly #options: SnapshotsOptions;
  readonly #index: string;
  readonly #mutex = new Mutex();
  /** Which index the private one was copied from. */
  #copied: string | undefined;
  /** Paths that the private index does not have yet, since their blobs would not be their bytes. */
  #converted: RawPath[] = [];
  /** What a private index file says. */
  #known: KnownIndex | undefined;
  /** Whether the private index has the time of the look that it tells of. */
  #isTimed: boolean;
  readonly #looks = new Looks();

  constructor(repository: Repository, options: SnapshotsOptions) {
    mkdirSync(options.scratch, { recursive: true });
    this.#isTimed = options.seededFor !== undefined;
    this.#known = options.known;
    this.#repository = repository;
    this.#options = options;
    this.#index = privateIndex(options.scratch);
  }

  /** The work tree as a commit. A file that cannot be read fails it: a snapshot is exact or it is none. */
  take({ parents, message, exclude = [], also = [] }: SnapshotRequest): Promise<Snapshot> {
    return this.#mutex.run(async () => {
      const { top } = this.#repository;
      const store = this.#options.seededFor ?? this.#repository;
      const isExcluded = this.#excluding(exclude);
      const seen = await insistently(async () => {
        await this.#seed();
        const on = this.#on();
        const known = this.#known?.print === fingerprintOfIndex(this.#index) ? this.#known?.index : undefined;
        const began = await distrust(top, this.#index, { isTimed: this.#isTimed, known });
        this.#isTimed = false;
        const { changed, removed, nested, ignored } = await this.#differences(on, isExcluded, also);
        await enter(top, on, { changed, removed });
        this.#converted = [];
        const index = indexAt(this.#index);
        if (index !== undefined) timeIndex(this.#index, began);
        this.#isTimed = true;
        this.#known = index && { index, print: fingerprintOfIndex(this.#index) };
        const closed = [...nested.map((path) => `${path}/`), ...ignored];
        const [tree, { folders, besides }] = await Promise.all([
          index === undefined ? treeOf(store, undefined) : treeOfIndex(store, index),
          emptyFolders(top, on, { index, closed, isExcluded }),
        ]);
        return { tree, folders, nested, ignored, besides, index };
      });
      const { index, ...rest } = seen;
      const look = this.#looks.add(index);
      return { commit: await commitAsPtask(store, { tree: seen.tree, parents, message }), ...rest, look };
    });
  }

  /** What is known from earlier ones may not be there any more. */
  forget(): void {
    this.#copied = undefined;
  }

  #on(): { env: Record<string, string> } {
    releaseIndex(this.#index);
    return this.#options.view?.on(this.#repository.top, this.#index) ?? onIndex(this.#index);
  }

  /** Makes the private index a copy of the work tree's one, unless it comes from that very one already. */
  async #seed(): Promise<void> {
    if (this.#options.seededFor !== undefined) return;
    const own = this.#repository.index;
    if (this.#copied === fingerprintOfIndex(own) && existsSync(this.#index)) return;
    this.#copied = undefined;
    this.#isTimed = false;
    const print = fingerprintOfIndex(own);
    // Any other folder of git than the work tree's own one has only this half of a split index.
    const index = await plainCopy(this.#repository.top, own, this.#index);
    if (index?.entries.some(({ isHidden }) => isHidden)) await uncover(this.#repository, this.#index);
    if (this.#options.view !== undefined && index !== undefined) {
      this.#converted = await convertedIn(this.#repository, index);
      await enter(this.#repository.top, this.#on(), { changed: [], removed: this.#converted });
    }
    this.#copied = print;
  }

  #excluding(exclude: readonly RawPath[]): (path: string) => boolean {
    const { prefix } = this.#repository;
    const all = new Set<string>([...exclude, `${prefix}${prefix && '/'}.ptask`]);
    return (path) => isWithin(path.replace(/\/$/, ''), all);
  }

  /** What must be entered into the private index, and what removed, so that it says what is on the disk. */
  async #differences(
    on: { env: Record<string, string> },
    isExcluded: (path: string) => boolean,
    also: readonly RawPath[],
  ): Promise<Difference & Pick<Snapshot, 'nested' | 'ignored'>> {
    const { top } = this.#repository;
    const { seededFor, scratch } = this.#options;
    // git writes down what it has read only to find it the same, so that neither it nor we look at that again.
    const found = await differences(top, { env: { ...on.env, GIT_OPTIONAL_LOCKS: '1' } });
    const changed = new Set([...found.changed, ...found.untracked]);
    const removed = new Set(found.removed);
    // The task's own rules decide of nothing that it has made.
    const isOtherRules = seededFor !== undefined && [...changed, ...removed].some(isIgnoreFile);
    const since = isOtherRules ? await ignoredSince(top, on, scratch) : [];
    for (const path of [...also, ...since]) changed.add(path);
    for (const each of [changed, removed]) for (const path of each) if (isExcluded(path)) each.delete(path);
    for (const path of this.#converted) changed.add(path);
    const pins = found.changed.some((path) => isFolder(top, path)) ? this.#pins() : new Set<RawPath>();
    for (const path of changed) {
      // A file that gave way to a repository of its own is gone: only pins that were there before are followed.
      if (!isSpecial(top, path) && (!isFolder(top, path) || pins.has(path))) continue;
      changed.delete(path);
      removed.add(path);
    }
    return {
      changed: [...changed],
      removed: [...removed],
      nested: found.nested.filter((path) => !isExcluded(path)),
      ignored: found.ignored,
    };
  }

  /** The submodules of the private index. */
  #pins(): Set<RawPath> {
    const entries = indexAt(this.#index)?.entries ?? [];
    return new Set(entries.filter(({ mode }) => mode === GITLINK).map(({ path }) => path));
  }
}

/** A FIFO, a socket, a device: nothing that git could hold, and nothing to open. */
function isSpecial(top: string, path: RawPath): boolean {
  const stats = look(locate(top, path));
  return stats !== undefined && !stats.isFile() && !stats.isSymbolicLink() && !stats.isDirectory();
}

const isFolder = (top: string, path: RawPath): boolean => look(locate(top, path))?.isDirectory() === true;

/** Undefined where there is none, as there is none before anything was ever added. */
const indexAt = (file: string): IndexStat | undefined => (existsSync(file) ? new IndexStat(file) : undefined);

/** How often somebody may be in the way, and milliseconds to wait for him, longer each time. */
const ATTEMPTS = 5;
const MOMENT = 20;

/** A file that is changed or goes away while git looks at it can make it fail: then it looks once more. */
export async function insistently<T>(look: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof GitError) || attempt === ATTEMPTS) throw error;
      await sleep(attempt * MOMENT);
    }
  }
}
