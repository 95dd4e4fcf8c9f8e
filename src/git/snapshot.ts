// The work tree as it is now, as a commit: staged, changed, deleted and new files, what is ignored left out. The
// user's index, HEAD, refs and stash are read and never written.
//
// All is done on a private index file. It starts as a copy of the work tree's own one, whose stat data spare reading
// files, and is kept from one snapshot to the next; when the original has changed (files were staged, say) it is
// copied anew. A snapshot then is: what differs between the private index and the disk, and the files git does not
// know, in two processes side by side; entering both; writing the tree.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawPath } from '../base/raw-path.ts';
import { commitAsPtask } from './commit.ts';
import { entriesAfter, type TreeChange, treeEntries } from './diff.ts';
import { GitError, git, gitLine, nulTerminated, records } from './git.ts';
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
import { presence } from './presence.ts';
import { Queue } from './queue.ts';
import { GITLINK, isNested, isSparse, type Repository } from './repository.ts';
import { isUnchanged } from './unchanged.ts';

export interface SnapshotRequest {
  parents: readonly string[];
  message: string;
  /** Paths, and what lies below them, that are not looked at. */
  exclude?: readonly RawPath[];
  /**
   * The tree or commit whose entries the excluded paths keep, whatever the index says; without it those of the index.
   */
  base?: string;
}

export class Snapshots {
  readonly #repository: Repository;
  /** Where the private index files lie: a folder that nobody else uses. */
  readonly #scratch: string;
  readonly #index: string;
  readonly #queue = new Queue();
  /** Which index the private one was copied from, and for which excluded paths. */
  #copied: string | undefined;
  /** The tree of the private index, while it is known. */
  #tree: string | undefined;
  /** The tree of the index file for `update`, and what leads from there to the tree that it will be asked about. */
  #updated: { tree: string; changes: Map<RawPath, IndexEntry>; leadsTo: string } | undefined;

  constructor(repository: Repository, scratch: string) {
    mkdirSync(scratch, { recursive: true });
    this.#repository = repository;
    this.#scratch = scratch;
    this.#index = join(scratch, 'index');
  }

  /** The work tree as a commit. A file that cannot be read fails it: a snapshot is exact or it is none. */
  take(request: SnapshotRequest): Promise<{ commit: string; tree: string }> {
    return this.#queue.run(async () => {
      const { parents, message, exclude = [], base } = request;
      const tree = await insistently(async () => {
        await this.#seed(exclude, base);
        const { changed, removed } = await this.#differences(exclude);
        if (this.#tree !== undefined && removed.length + changed.length === 0) return this.#tree;
        this.#tree = undefined;
        this.#tree = await enter(this.#repository.top, this.#index, { changed, removed });
        return this.#tree;
      });
      return { commit: await commitAsPtask(this.#repository.top, { tree, parents, message }), tree };
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
      if (await isUnchanged(top, tree, all)) return tree;
      const index = await this.#indexOf(tree);
      const whatIs = presence(top);
      const found = all.map((path) => ({ path, is: whatIs(path) }));
      const submodules = found.some(({ is }) => is === 'folder')
        ? await gitlinks(top, index)
        : new Set<RawPath>();
      const isTaken = ({ path, is }: (typeof found)[number]) =>
        is === 'file' || (is === 'folder' && submodules.has(path));
      this.#updated = undefined;
      const next = await enter(top, index, {
        changed: found.filter(isTaken).map(({ path }) => path),
        removed: found.filter((each) => !isTaken(each)).map(({ path }) => path),
      });
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
    const index = join(this.#scratch, 'update');
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

  /** Makes the private index a copy of the work tree's one, unless it comes from that very one already. */
  async #seed(exclude: readonly RawPath[], base: string | undefined): Promise<void> {
    const { top, gitDir } = this.#repository;
    const own = join(gitDir, 'index');
    const ground = JSON.stringify([base, base === undefined ? [] : exclude]);
    if (this.#copied === `${printOfIndex(own)} ${ground}`) return;
    this.#copied = undefined;
    this.#tree = undefined;
    const print = copyIndex(own, this.#index);
    if (print === undefined && base !== undefined) await git(top, ['read-tree', base], onIndex(this.#index));
    await uncover(this.#repository, this.#index);
    if (base !== undefined && exclude.length > 0) await this.#restoreEntries(exclude, base);
    this.#copied = `${print} ${ground}`;
  }

  async #restoreEntries(exclude: readonly RawPath[], base: string): Promise<void> {
    const { top } = this.#repository;
    const [staged, original] = await Promise.all([
      indexEntries(top, this.#index, exclude),
      treeEntries(top, base, exclude),
    ]);
    const gone = staged.map(({ path, oid }) => ({ path, mode: '0', oid: '0'.repeat(oid.length) }));
    await setEntries(top, this.#index, [...gone, ...original]);
  }

  /** What must be entered into the private index, and what removed, so that it says what is on the disk. */
  async #differences(exclude: readonly RawPath[]): Promise<Difference> {
    const { top } = this.#repository;
    const options = onIndex(this.#index);
    const [diff, others] = await Promise.all([
      git(top, ['diff-files', '-z', '--raw', '--ignore-submodules=dirty'], options),
      git(top, ['ls-files', '-z', '--others', '--exclude-standard'], options),
    ]);
    const isExcluded = below([
      ...exclude,
      `${this.#repository.prefix}${this.#repository.prefix && '/'}.ptask` as RawPath,
    ]);
    const changed = new Set<RawPath>();
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
    for (const path of records(others.stdout) as RawPath[])
      if (!isNested(path) && !isExcluded(path)) changed.add(path);
    return { changed: [...changed], removed: [...removed] };
  }
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

interface Difference {
  /** Files, links and submodules to enter as they are on the disk. */
  changed: readonly RawPath[];
  removed: readonly RawPath[];
}

/**
 * Enters differences into an index file and writes its tree. What is gone goes first and without a look at the disk,
 * for it may lie beyond what is a link or a file now; what is gone by the time git looks is removed as well.
 */
async function enter(top: string, index: string, { changed, removed }: Difference): Promise<string> {
  releaseIndex(index);
  const run = (flags: readonly string[], paths: readonly RawPath[]) =>
    git(top, ['update-index', ...flags, '-z', '--stdin'], { ...onIndex(index), input: nulTerminated(paths) });
  if (removed.length > 0) await run(['--force-remove'], removed);
  if (changed.length > 0) await run(['--add', '--remove', '--replace'], changed);
  return gitLine(top, ['write-tree'], onIndex(index));
}

/**
 * Takes away the bits by which the index says that a file on the disk does not count. A sparse checkout's absent
 * files stay as they are.
 */
async function uncover(repository: Repository, index: string): Promise<void> {
  const { top } = repository;
  const { stdout } = await git(top, ['ls-files', '-z', '-v'], onIndex(index));
  const flagged = records(stdout).filter((record) => !record.startsWith('H ') && !record.startsWith('M '));
  if (flagged.length === 0) return;
  const paths = (tags: RegExp) => flagged.filter((each) => tags.test(each)).map((each) => each.slice(2));
  const assumed = paths(/^[a-z] /);
  let skipped = paths(/^[Ss] /);
  if (skipped.length > 0 && (await isSparse(repository))) {
    const whatIs = presence(top);
    skipped = skipped.filter((path) => whatIs(path as RawPath) !== 'absent');
  }
  const clear = async (flag: string, list: string[]) => {
    if (list.length === 0) return;
    releaseIndex(index);
    await git(top, ['update-index', flag, '-z', '--stdin'], {
      ...onIndex(index),
      input: nulTerminated(list),
    });
  };
  await clear('--no-assume-unchanged', assumed);
  await clear('--no-skip-worktree', skipped);
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
