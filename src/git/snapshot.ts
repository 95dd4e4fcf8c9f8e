// The work tree as it is now, as a commit: staged, changed, deleted and new files, what is ignored left out, and the folders
// that no file stands for. The user's index, HEAD, refs and stash are read and never written. Files are held byte for byte
// as they lie on the disk where a `RawView` is given, else as git would commit them.
//
// All is done on a private index file. It starts as a copy of the work tree's own one, whose stat data spare reading
// files, and is kept from one snapshot to the next; when the original has changed (files were staged, say) it is
// copied anew. A snapshot then is: what differs between the private index and the disk, and the files git does not
// know, in two processes side by side; entering both; writing the tree, and beside it asking for the folders.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { look } from '../base/look.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import { commitAsPtask } from './commit.ts';
import { convertedIn } from './conversions.ts';
import { entriesAfter, type TreeChange } from './diff.ts';
import { distrust } from './distrust.ts';
import { type Difference, enter, uncover, writeTree } from './entering.ts';
import { emptyFolders } from './folders.ts';
import { GitError, git, records } from './git.ts';
import { ignoredSince, isIgnoreFile } from './ignored-since.ts';
import {
  copyIndex,
  dropIndex,
  type IndexEntry,
  indexEntries,
  onIndex,
  printOfIndex,
  releaseIndex,
  setEntries,
} from './index-file.ts';
import { plainCopy } from './index-stat.ts';
import { presence } from './presence.ts';
import { Queue } from './queue.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, isNested, type Repository } from './repository.ts';
import { isUnchanged } from './unchanged.ts';

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
}

export interface SnapshotsOptions {
  /** Where the private index files lie: a folder that nobody else uses. */
  scratch: string;
  /** To hold the bytes of the files. */
  view?: RawView;
  /** The private index stands for the work tree already, and whatever its own index says does not count. */
  isSeeded?: boolean;
}

export class Snapshots {
  readonly #repository: Repository;
  readonly #options: SnapshotsOptions;
  readonly #index: string;
  readonly #queue = new Queue();
  /** Which index the private one was copied from, and for which excluded paths. */
  #copied: string | undefined;
  /** The tree of the private index, while it is known. */
  #tree: string | undefined;
  /** Paths that the private index does not have yet, since their blobs would not be their bytes. */
  #converted: RawPath[] = [];
  /** The tree of the index file for `update`, and what leads from there to the tree that it will be asked about. */
  #updated: { tree: string; changes: Map<RawPath, IndexEntry>; leadsTo: string } | undefined;

  constructor(repository: Repository, options: SnapshotsOptions) {
    mkdirSync(options.scratch, { recursive: true });
    this.#repository = repository;
    this.#options = options;
    this.#index = privateIndex(options.scratch);
  }

  /** The work tree as a commit. A file that cannot be read fails it: a snapshot is exact or it is none. */
  take({ parents, message, exclude = [], also = [] }: SnapshotRequest): Promise<Snapshot> {
    return this.#queue.run(async () => {
      const { top } = this.#repository;
      const isExcluded = this.#excluding(exclude);
      const seen = await insistently(async () => {
        await this.#seed();
        const on = await this.#on(this.#index);
        await distrust(top, this.#index);
        const { changed, removed, nested } = await this.#differences(on, isExcluded, also);
        if (removed.length + changed.length > 0) this.#tree = undefined;
        await enter(top, on, { changed, removed });
        this.#converted = [];
        const [tree, folders] = await Promise.all([
          this.#tree ?? writeTree(top, on),
          emptyFolders(top, on, isExcluded),
        ]);
        this.#tree = tree;
        return { tree, folders, nested };
      });
      // Not in the work tree: of a task's one there is no telling what has become of its `.git`.
      const { commonDir } = this.#repository;
      return { commit: await commitAsPtask(commonDir, { tree: seen.tree, parents, message }), ...seen };
    });
  }

  /**
   * The same tree, with these paths as they are in the work tree now: ignored ones too, those that are gone removed.
   * Where a folder stands now the path counts as gone; what is in it are other paths.
   */
  update(tree: string, paths: Iterable<RawPath>): Promise<string> {
    const all = [...paths];
    const look = async (): Promise<string> => {
      const { top } = this.#repository;
      if (await isUnchanged(top, tree, all, this.#options.view !== undefined)) return tree;
      const index = await this.#indexOf(tree);
      const whatIs = presence(top);
      const found = all.map((path) => ({ path, is: whatIs(path) }));
      const submodules = found.some(({ is }) => is === 'folder')
        ? await gitlinks(top, index)
        : new Set<RawPath>();
      const isTaken = ({ path, is }: (typeof found)[number]) =>
        (is === 'file' && !isSpecial(top, path)) || (is === 'folder' && submodules.has(path));
      this.#updated = undefined;
      const on = await this.#on(index);
      await distrust(top, index);
      await enter(top, on, {
        changed: found.filter(isTaken).map(({ path }) => path),
        removed: found.filter((each) => !isTaken(each)).map(({ path }) => path),
      });
      const next = await writeTree(top, on);
      this.#updated = { tree: next, changes: new Map(), leadsTo: next };
      return next;
    };
    return this.#queue.run(() => insistently(look));
  }

  /** What is known from earlier ones may not be there any more. */
  forget(): void {
    this.#copied = undefined;
    this.#tree = undefined;
    this.#updated = undefined;
  }

  /** These changes lead from one tree to another, which `update` will be asked to go on from. */
  follow(from: string, to: string, changes: readonly TreeChange[]): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#updated?.leadsTo !== from) return;
      for (const entry of entriesAfter(changes)) this.#updated.changes.set(entry.path, entry);
      this.#updated.leadsTo = to;
    });
  }

  /** The index file for `update`, with the entries of this tree. */
  async #indexOf(tree: string): Promise<string> {
    const { top } = this.#repository;
    const index = join(this.#options.scratch, 'update');
    const { tree: from, changes, leadsTo } = this.#updated ?? {};
    this.#updated = undefined;
    if (changes !== undefined && leadsTo === tree) {
      // What is gone goes first: a folder may stand there now.
      const isGone = ({ mode }: IndexEntry): number => (mode === '0' ? 0 : 1);
      if (from !== tree)
        await setEntries(
          top,
          index,
          [...changes.values()].sort((a, b) => isGone(a) - isGone(b)),
        );
    } else if (this.#tree === tree) {
      // The one of the last snapshot also knows the files, which need not be read again.
      copyIndex(this.#index, index);
    } else {
      dropIndex(index);
      await git(top, ['read-tree', tree], onIndex(index));
    }
    return index;
  }

  #on(index: string): Promise<{ env: Record<string, string> }> | { env: Record<string, string> } {
    releaseIndex(index);
    return this.#options.view?.on(this.#repository.top, index) ?? onIndex(index);
  }

  /** Makes the private index a copy of the work tree's one, unless it comes from that very one already. */
  async #seed(): Promise<void> {
    if (this.#options.isSeeded) return;
    const own = this.#repository.index;
    if (this.#copied === printOfIndex(own) && existsSync(this.#index)) return;
    this.#copied = undefined;
    this.#tree = undefined;
    const print = printOfIndex(own);
    // Any other folder of git than the work tree's own one has only this half of a split index.
    await plainCopy(this.#repository.top, own, this.#index);
    await uncover(this.#repository, this.#index);
    if (this.#options.view !== undefined) {
      const { top } = this.#repository;
      this.#converted = await convertedIn(this.#repository, this.#index);
      await enter(top, await this.#on(this.#index), { changed: [], removed: this.#converted });
    }
    this.#copied = print;
  }

  #excluding(exclude: readonly RawPath[]): (path: string) => boolean {
    const { prefix } = this.#repository;
    return below([...exclude, `${prefix}${prefix && '/'}.ptask` as RawPath]);
  }

  /** What must be entered into the private index, and what removed, so that it says what is on the disk. */
  async #differences(
    on: { env: Record<string, string> },
    isExcluded: (path: string) => boolean,
    also: readonly RawPath[],
  ): Promise<Difference & { nested: RawPath[] }> {
    const { top } = this.#repository;
    const [diff, others] = await Promise.all([
      git(top, ['diff-files', '-z', '--raw', '--ignore-submodules=dirty'], on),
      git(top, ['ls-files', '-z', '--others', '--exclude-standard'], on),
    ]);
    const changed = new Set(this.#converted);
    const removed = new Set<RawPath>();
    const fields = records(diff.stdout);
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const path = fields[at + 1] as RawPath;
      if (isExcluded(path)) continue;
      const [before, after, , , status] = (fields[at] ?? '').slice(1).split(' ');
      // A file that gave way to a repository of its own is gone: only pins that were there before are followed.
      const isGone = status === 'D' || (after === GITLINK && before !== GITLINK);
      (isGone ? removed : changed).add(path);
    }
    const nested: RawPath[] = [];
    for (const path of records(others.stdout) as RawPath[]) {
      if (isExcluded(path)) continue;
      if (isNested(path)) nested.push(path.slice(0, -1) as RawPath);
      else changed.add(path);
    }
    // The task's own rules decide of nothing that it has made.
    const isOtherRules = this.#options.isSeeded === true && [...changed, ...removed].some(isIgnoreFile);
    const since = isOtherRules ? await ignoredSince(top, on, this.#options.scratch) : [];
    for (const path of [...also, ...since]) if (!isExcluded(path)) changed.add(path);
    for (const path of changed) {
      if (!isSpecial(top, path)) continue;
      changed.delete(path);
      removed.add(path);
    }
    return { changed: [...changed], removed: [...removed], nested };
  }
}

/** In the folder for private index files that of the snapshots. */
export const privateIndex = (scratch: string): string => join(scratch, 'index');

/** A FIFO, a socket, a device: nothing that git could hold, and nothing to open. */
function isSpecial(top: string, path: RawPath): boolean {
  const stats = look(locate(top, path));
  return stats !== undefined && !stats.isFile() && !stats.isSymbolicLink() && !stats.isDirectory();
}

/** How often somebody may be in the way, and milliseconds to wait for him, longer each time. */
const ATTEMPTS = 5;
const MOMENT = 20;

/** A file that is changed or goes away while git looks at it can make it fail: then it looks once more. */
async function insistently<T>(look: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof GitError) || attempt === ATTEMPTS) throw error;
      await sleep(attempt * MOMENT);
    }
  }
}

async function gitlinks(top: string, index: string): Promise<Set<RawPath>> {
  const entries = await indexEntries(top, index);
  return new Set(entries.filter(({ mode }) => mode === GITLINK).map(({ path }) => path));
}

/** Whether a path is one of these or lies below one. */
function below(folders: readonly RawPath[]): (path: string) => boolean {
  const exact = new Set<string>(folders);
  return (path) => {
    if (exact.has(path.endsWith('/') ? path.slice(0, -1) : path)) return true;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      if (exact.has(path.slice(0, at))) return true;
    return false;
  };
}
