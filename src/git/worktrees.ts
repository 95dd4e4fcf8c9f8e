// Worktrees of our own, each on a branch of its own: made, made fresh again, read and removed. What exists already,
// whoever it belongs to, is never touched. The ledger hears of each before anything is made and after it is gone.
// Unaware of what runs in them.

import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RawPath } from '../base/raw-path.ts';
import { GitError, git } from './git.ts';
import { locked } from './lock.ts';
import { freeBranch, freeFolder } from './names.ts';
import { adminDir, adminDirOf, lockOf, type Owned, removeBranch, removeOwned } from './owned.ts';
import { checkOut, OWN_FOLDER, refresh, whyNotRefreshed } from './refresh.ts';
import type { Repository } from './repository.ts';
import { Snapshots } from './snapshot.ts';

export type LedgerEntry = Owned & { op: 'make' | 'gone' };

export interface Worktree extends Owned {
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
  ledger: (entry: LedgerEntry) => void;
  signal?: AbortSignal;
}

export class Worktrees {
  readonly #repository: Repository;
  readonly #options: WorktreesOptions;

  constructor(repository: Repository, options: WorktreesOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /**
   * A new worktree at a commit. Any number may be asked for at once: only names are given out one at a time, files
   * are written side by side.
   */
  async add({ id, commit }: { id: string; commit: string }): Promise<Worktree> {
    const { owned, elsewhere } = await this.#locked(async () => {
      const { dir, name, elsewhere } = this.#place(id);
      const owned = {
        ...freeFolder(this.#repository, dir, name),
        branch: await freeBranch(this.#repository, id),
        commit,
      };
      this.#options.ledger({ ...owned, op: 'make' });
      const { path, branch } = owned;
      await this.#orRemove(owned, async () => {
        await this.#git([
          'worktree',
          'add',
          '--quiet',
          '--no-checkout',
          '--no-track',
          '-b',
          branch,
          path,
          commit,
        ]);
        if (adminDirOf(path) !== adminDir(this.#repository, owned))
          throw new GitError(['worktree'], 0, '', `git has given ${path} another name than ${owned.gitName}`);
        mkdirSync(join(adminDir(this.#repository, owned), OWN_FOLDER));
      });
      return { owned, elsewhere };
    });
    await this.#orRemove(owned, () => checkOut(owned.path, adminDir(this.#repository, owned), commit));
    return this.#worktree(owned, elsewhere);
  }

  /**
   * The worktree as `add` would make it at this commit, on a new branch; its old branch is deleted unless it is to be
   * kept, and branches that were made in it stay. Paths in `keep` are left as they are. A branch that cannot be
   * deleted is not `gone`. When this cannot be done surely the worktree remains for `remove`, on whichever branch.
   */
  async reuse(
    worktree: Worktree,
    next: { id: string; commit: string; keep?: readonly RawPath[]; keepBranch?: boolean },
  ): Promise<{ ok: true; worktree: Worktree } | { ok: false; why: string }> {
    const { path, gitName, elsewhere } = worktree;
    const { id, commit, keep = [], keepBranch = false } = next;
    const before = whyNotRefreshed(this.#repository, worktree);
    if (before !== undefined) return { ok: false, why: before };
    const made = await this.#locked(() => this.#begin({ path, gitName, id, commit }));
    const why = await refresh(this.#repository, made, keep);
    // Whichever worktree it is from now on, only one of its two branches goes on.
    const [goes, stays] = why === undefined ? [worktree, made] : [made, worktree];
    const left = why === undefined && keepBranch ? undefined : await removeBranch(this.#repository, goes);
    if (left === undefined) this.#gone(goes);
    return why === undefined ? { ok: true, worktree: this.#worktree(stays, elsewhere) } : { ok: false, why };
  }

  /** Puts a worktree that exists onto a new branch, in name only. */
  async #begin({ id, ...rest }: Omit<Owned, 'branch'> & { id: string }): Promise<Owned> {
    const owned = { ...rest, branch: await freeBranch(this.#repository, id) };
    const ref = `refs/heads/${owned.branch}`;
    this.#options.ledger({ ...owned, op: 'make' });
    await this.#git(['update-ref', '-m', 'ptask: begin', ref, owned.commit, '0'.repeat(owned.commit.length)]);
    await this.#git([`--git-dir=${adminDir(this.#repository, owned)}`, 'symbolic-ref', 'HEAD', ref]);
    return owned;
  }

  /**
   * What the worktree holds now, as a commit upon the one it began at: commits, changes and new files alike, what is
   * ignored left out. Excluded paths are as they were in the beginning, even if they were committed meanwhile.
   */
  resultOf(
    worktree: Worktree,
    options: { message: string; exclude?: readonly RawPath[] },
  ): Promise<{ commit: string; tree: string }> {
    const { repository, commit } = worktree;
    const snapshots = new Snapshots(repository, join(repository.gitDir, OWN_FOLDER));
    return snapshots.take({ ...options, parents: [commit], base: commit });
  }

  /** Removes it with its branch, unless that is to be kept. Returns what was left and why, a sentence each. */
  async remove(owned: Owned, options: { keepBranch?: boolean } = {}): Promise<string[]> {
    const left = await removeOwned(this.#repository, owned, options);
    if (left.length === 0) this.#gone(owned);
    return left;
  }

  #worktree({ path, branch, gitName, commit }: Owned, elsewhere: string | undefined): Worktree {
    const { commonDir, prefix } = this.#repository;
    const repository = { top: path, gitDir: join(commonDir, 'worktrees', gitName), commonDir, prefix };
    return { path, branch, gitName, commit, repository, ...(elsewhere === undefined ? {} : { elsewhere }) };
  }

  #gone({ path, branch, gitName, commit }: Owned): void {
    this.#options.ledger({ path, branch, gitName, commit, op: 'gone' });
  }

  async #orRemove(owned: Owned, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.remove(owned);
      throw error;
    }
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return locked(lockOf(this.#repository), work);
  }

  #git(args: readonly string[]) {
    return git(this.#repository.top, args, { signal: this.#options.signal });
  }

  #place(id: string): { dir: string; name: string; elsewhere?: string } {
    const { top, prefix } = this.#repository;
    try {
      return { dir: writable(this.#options.dir), name: `${basename(top)}.${id}` };
    } catch (error) {
      const inside = join(top, Buffer.from(prefix, 'latin1').toString('utf8'), '.ptask', 'worktrees');
      return { dir: writable(inside), name: id, elsewhere: (error as Error).message };
    }
  }
}

/** Its real path, which is the one git will write down. */
function writable(dir: string): string {
  mkdirSync(dir, { recursive: true });
  accessSync(dir, constants.W_OK | constants.X_OK);
  return realpathSync(dir);
}
