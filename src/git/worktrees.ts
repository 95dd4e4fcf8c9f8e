// Worktrees of our own, each on a branch of its own: made, made fresh again, read and removed. What exists already,
// whoever it belongs to, is never touched. The undo log hears of each before anything is made and after it is gone.
// Unaware of what runs in them.

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RawPath } from '../base/raw-path.ts';
import { addWorktree, moveToBranch } from './add-worktree.ts';
import { commitAsPtask } from './commit.ts';
import { fingerprintOfIndex } from './index-file.ts';
import type { StatEntry } from './index-format.ts';
import { IndexStat } from './index-stat.ts';
import { locked, type Waiting } from './lock.ts';
import type { LookMark } from './looks.ts';
import { freeBranch, freeFolder } from './names.ts';
import {
  type Content,
  checkOut,
  likenFolders,
  makeFolders,
  type Populated,
  populate,
  repopulate,
} from './populate.ts';
import {
  indexOfBytes,
  lockOf,
  OWN_FOLDER,
  type PtaskWorktree,
  removeBranch,
  removePtaskWorktree,
  repositoryIn,
} from './ptask-worktree.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';
import { type Left, resetChanged, resetWorktree, whyNotReset } from './reset-worktree.ts';
import type { Snapshot } from './snapshot.ts';
import { rememberIndex, type Staged, stagedIn } from './staged.ts';
import { treeOf } from './tree.ts';
import { placeFor } from './worktree-place.ts';
import { type ResultOptions, resultOf } from './worktree-result.ts';

const PACKAGE = 'package.json';

export type UndoLogEntry = PtaskWorktree & { op: 'make' | 'gone' };

export interface Worktree extends PtaskWorktree {
  /** For all that asks about a work tree. */
  repository: Repository;
  /** Why it does not lie where it should, a sentence without a full stop. */
  elsewhere?: string;
}

export interface WorktreesOptions {
  /**
   * The folder they are put into, absolute; made if need be. Where that is not possible they lie in
   * `.ptask/worktrees`.
   */
  dir: string;
  /** Must have put the entry on the disk when it returns. */
  undoLog: (entry: UndoLogEntry) => void;
  /** Without conversions: what is written into a worktree and read from it. */
  view: RawView;
  /** While somebody else makes worktrees in this repository. */
  waiting?: Waiting;
}

/** What a task begins with. */
export interface Beginning {
  id: string;
  /** Where its branch begins: the user's own HEAD. Without one, on a branch without commits, an empty one of ours. */
  head: string | undefined;
  content: Content;
}

/**
 * Permissions of a worktree as long as not all in it has those of the user's files: git gives them what the umask says, and what is
 * closed to others in the user's folder is so here from the first moment.
 */
const CLOSED = 0o700;

/** What is known of a worktree, so that not all in it need be looked at again. */
interface Known {
  /** What its index files have said when it was handed out. */
  began: Populated;
  /** The print of the index of bytes by then. */
  print: string | undefined;
  /** The look at the user's files by which it was made. */
  look: LookMark | undefined;
  /** What the last look has found in it, if it could see all. */
  left?: Left | undefined;
}

export class Worktrees {
  readonly #repository: Repository;
  readonly #options: WorktreesOptions;
  /** By the name that git has for it. */
  readonly #known = new Map<string, Known>();

  constructor(repository: Repository, options: WorktreesOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /**
   * A new worktree. Any number may be asked for at once: only names are given out one at a time, files are written side
   * by side.
   */
  async add({ id, head, content }: Beginning): Promise<Worktree> {
    const commit = head ?? (await this.#emptyCommit());
    const { owned, elsewhere } = await this.#locked(async () => {
      const { dir, name, elsewhere } = placeFor(this.#repository, this.#options.dir, id);
      const owned = {
        ...freeFolder(this.#repository, dir, name),
        branch: await freeBranch(this.#repository, id),
        commit,
      };
      this.#options.undoLog({ ...owned, op: 'make' });
      await this.#orRemove(owned, async () => {
        mkdirSync(owned.path, CLOSED);
        await addWorktree(this.#repository, owned);
        mkdirSync(join(repositoryIn(this.#repository, owned).gitDir, OWN_FOLDER));
      });
      return { owned, elsewhere };
    });
    await this.#orRemove(owned, async () => {
      const worktree = repositoryIn(this.#repository, owned);
      await checkOut(this.#options.view, worktree, content);
      makeFolders(worktree.top, content);
      await this.#populate(owned, content);
    });
    return this.#worktree(owned, elsewhere);
  }

  /**
   * The worktree as `add` would make it, on a new branch; its old branch is deleted unless it is to be
   * kept, and branches that were made in it stay. Paths in `keep` are left as they are. A branch that cannot be
   * deleted is not `gone`. When this cannot be done surely the worktree remains for `remove`, on whichever branch.
   */
  async reuse(
    worktree: Worktree,
    next: Beginning & { keep?: readonly RawPath[]; keepBranch?: boolean },
  ): Promise<{ ok: true; worktree: Worktree } | { ok: false; why: string }> {
    const { path, gitName, elsewhere } = worktree;
    const { id, head, content, keep = [], keepBranch = false } = next;
    const before = whyNotReset(this.#repository, worktree);
    if (before !== undefined) return { ok: false, why: before };
    chmodSync(path, CLOSED);
    const commit = head ?? (await this.#emptyCommit());
    const made = await this.#locked(() => this.#begin({ path, gitName, id, commit }));
    const why = await this.#reset(made, content, keep);
    // Whichever worktree it is from now on, only one of its two branches goes on.
    const [goes, stays] = why === undefined ? [worktree, made] : [made, worktree];
    const left = why === undefined && keepBranch ? undefined : await removeBranch(this.#repository, goes);
    if (left === undefined) this.#gone(goes);
    return why === undefined ? { ok: true, worktree: this.#worktree(stays, elsewhere) } : { ok: false, why };
  }

  /** Returns why it did not work out, a sentence without a full stop. */
  async #reset(made: PtaskWorktree, content: Content, keep: readonly RawPath[]): Promise<string | undefined> {
    const [repository, view] = [this.#repository, this.#options.view];
    const known = this.#known.get(made.gitName);
    this.#known.delete(made.gitName);
    if (known?.left === undefined || keep.length > 0) {
      const why = await resetWorktree(repository, view, made, content, keep);
      if (why === undefined) await this.#populate(made, content);
      return why;
    }
    try {
      const { began, left, look } = known;
      const worktree = repositoryIn(repository, made);
      const { changed, files } = await resetChanged(repository, view, made, content, {
        began: began.files,
        left,
      });
      const byUser = look && content.look?.touchedSince(look);
      const paths = byUser && new Set([...changed, ...byUser]);
      const again = paths && { earlier: began, files, paths };
      const populated = again && (await repopulate(repository, worktree, content, again));
      this.#begun(made, content, populated ?? (await populate(repository, worktree, content, files)));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Puts a worktree that exists onto a new branch, in name only. */
  async #begin({ id, ...rest }: Omit<PtaskWorktree, 'branch'> & { id: string }): Promise<PtaskWorktree> {
    const owned = { ...rest, branch: await freeBranch(this.#repository, id) };
    this.#options.undoLog({ ...owned, op: 'make' });
    await moveToBranch(this.#repository, owned);
    return owned;
  }

  /** Once all is there that is to be: its folders get the times and permissions of the user's. Until then it is closed. */
  finish(worktree: Worktree, content: Content): void {
    const { began } = this.#known.get(worktree.gitName) ?? {};
    likenFolders(this.#repository, worktree.repository, content, began?.files);
  }

  /**
   * What the worktree holds now, byte for byte, as a commit upon the state that it began with: commits, changes and new
   * files alike, what is ignored left out, but for what the task has made git keep. Excluded paths are as they were in
   * the beginning, even if they were committed meanwhile.
   */
  async resultOf(worktree: Worktree, options: Omit<ResultOptions, 'view' | 'began'>): Promise<Snapshot> {
    const known = this.#known.get(worktree.gitName);
    const { snapshot, left } = await resultOf(this.#repository, worktree.repository, {
      ...options,
      view: this.#options.view,
      began: known,
    });
    if (known !== undefined) this.#known.set(worktree.gitName, { ...known, left });
    return snapshot;
  }

  /** The paths of submodules. */
  submodulesIn(worktree: Worktree): RawPath[] {
    return this.#began(worktree)
      .filter(({ mode }) => mode === GITLINK)
      .map(({ path }) => path);
  }

  /** The folders with a package.json; '' is the top. */
  packagesIn(worktree: Worktree): RawPath[] {
    return this.#began(worktree)
      .filter(({ path }) => path === PACKAGE || path.endsWith(`/${PACKAGE}`))
      .map(({ path }) => path.slice(0, -PACKAGE.length - 1) as RawPath);
  }

  /** What has been staged in it since it began. */
  staged({ repository, commit }: Worktree): Promise<Staged[]> {
    return stagedIn(repository, join(repository.gitDir, OWN_FOLDER), commit);
  }

  /** The paths that the last result held. */
  heldBy({ repository }: Worktree): Set<RawPath> {
    return new Set(new IndexStat(indexOfBytes(repository)).entries.map(({ path }) => path));
  }

  /** Removes it with its branch, unless that is to be kept. Returns what was left and why, a sentence each. */
  async remove(owned: PtaskWorktree, options: { keepBranch?: boolean } = {}): Promise<string[]> {
    this.#known.delete(owned.gitName);
    const left = await removePtaskWorktree(this.#repository, owned, options);
    if (left.length === 0) this.#gone(owned);
    return left;
  }

  /** What its index of bytes said when it began. */
  #began({ repository, gitName }: Worktree): readonly StatEntry[] {
    const { began } = this.#known.get(gitName) ?? {};
    return (began?.files ?? new IndexStat(indexOfBytes(repository))).entries;
  }

  #worktree({ path, branch, gitName, commit }: PtaskWorktree, elsewhere: string | undefined): Worktree {
    const repository = repositoryIn(this.#repository, { path, gitName });
    return { path, branch, gitName, commit, repository, ...(elsewhere === undefined ? {} : { elsewhere }) };
  }

  async #populate(owned: PtaskWorktree, content: Content): Promise<void> {
    const worktree = repositoryIn(this.#repository, owned);
    this.#begun(owned, content, await populate(this.#repository, worktree, content));
  }

  #begun(owned: PtaskWorktree, { look }: Content, began: Populated): void {
    const worktree = repositoryIn(this.#repository, owned);
    const print = fingerprintOfIndex(indexOfBytes(worktree));
    this.#known.set(owned.gitName, { began, print, look: look?.mark });
    rememberIndex(worktree.index, join(worktree.gitDir, OWN_FOLDER));
  }

  async #emptyCommit(): Promise<string> {
    const tree = await treeOf(this.#repository, undefined);
    return commitAsPtask(this.#repository, { tree, parents: [], message: 'ptask: nothing is committed yet' });
  }

  #gone({ path, branch, gitName, commit }: PtaskWorktree): void {
    this.#options.undoLog({ path, branch, gitName, commit, op: 'gone' });
  }

  async #orRemove(owned: PtaskWorktree, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.remove(owned);
      throw error;
    }
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return locked(lockOf(this.#repository), this.#options.waiting ?? {}, work);
  }
}
