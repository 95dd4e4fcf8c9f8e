// The worktrees of a run: one for each isolated task while it runs, given on to the next one after it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { elapsed } from '../../../base/elapsed.ts';
import { type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import type { Fingerprint } from '../../../base/stat-fingerprint.ts';
import type { Config, Task } from '../../../config/config.ts';
import { headOf } from '../../../git/branch.ts';
import { git, records } from '../../../git/git.ts';
import { shownFromTop, toTop } from '../../../git/prefix.ts';
import type { Repository } from '../../../git/repository.ts';
import type { Snapshot } from '../../../git/snapshot.ts';
import type { Beginning, Worktree, Worktrees } from '../../../git/worktrees.ts';
import type { KeptWorktree } from '../../../model/report.ts';
import { isOfItsOwn, repositoryWithin } from '../../../plan/isolation.ts';
import type { PatternList } from '../../../plan/patterns/index.ts';
import { reachOf } from '../../../plan/reach.ts';
import type { PathState } from '../../../store/change.ts';
import { rememberKept } from '../../records/kept-worktrees.ts';
import type { UndoLog } from '../../records/undo-log.ts';
import type { Fingerprints } from '../fingerprints.ts';
import { fingerprints } from '../pattern-reach.ts';
import { FreeWorktrees } from './free-worktrees.ts';
import { installModules } from './install-modules.ts';
import { openSubmodules } from './open-submodules.ts';
import { declaredFolders, isBeyond, placeFiles, removeLinks } from './populate-worktree.ts';
import type { Chain, State } from './snapshot-history.ts';

export interface PreparedWorktree {
  worktree: Worktree;
  /** The config's folder in it: where the task works. */
  root: string;
  base: State;
  /** How many tasks were over by then. */
  began: number;
  reused: boolean;
  /** What was put there beside the commit's files, relative to the root. */
  placed: RawPath[];
  /** The `node_modules` in it, relative to the top, which lead to the user's packages. */
  modules: readonly RawPath[];
  /** The prints of what of that was copied. */
  found: ReadonlyMap<RawPath, Fingerprint>;
  /** The prints of the copies, relative to the root. */
  copies: ReadonlyMap<RawPath, Fingerprint>;
  /** Relative to the root. git looks at nothing that is in them. */
  submodules: readonly string[];
  /** The lists of what the task declares to write, see `reachOf`, as links lead when it begins. */
  reach: PatternList[];
  /** The declared files and folders as they were when the task began. */
  before: Fingerprints;
  foldersBefore: readonly RawPath[];
  /** Something that was started in it may go on when its task is over: no look says what will be left in it. */
  isOutlived?: boolean;
  /** What the setup has left: where it differs from the base, the task has not done it. */
  afterSetup?: Snapshot;
}

/** Where it is written down that a worktree is kept. */
export interface Keeping {
  home: string;
  runId: string;
  undoLog: UndoLog;
}

export class WorktreePool {
  readonly #config: Config;
  readonly #repository: Repository;
  readonly #worktrees: Worktrees;
  readonly #chain: Chain;
  readonly #free: FreeWorktrees;
  #included: string[] | undefined;
  readonly #problems: string[] = [];
  readonly #keeping: Keeping;
  readonly #kept: KeptWorktree[] = [];
  #removed = { worktrees: 0, branches: 0 };

  constructor(
    config: Config,
    repository: Repository,
    worktrees: Worktrees,
    chain: Chain,
    keeping: Keeping,
    signal?: AbortSignal,
  ) {
    this.#config = config;
    this.#free = new FreeWorktrees(signal);
    this.#keeping = keeping;
    this.#repository = repository;
    this.#worktrees = worktrees;
    this.#chain = chain;
  }

  /**
   * A worktree at the state of now, with all that the task declares to touch in it.
   * @param areOver how many tasks are over now
   * @param carried what tasks before it have left that git ignores and that is nowhere else
   */
  async open(
    task: Task,
    areOver: () => number,
    carried: ReadonlyMap<RawPath, PathState>,
  ): Promise<PreparedWorktree> {
    const old = await this.#free.take();
    const began = areOver();
    const { base, content, head } = await this.#state(task).catch((error) => {
      if (old === undefined) this.#free.made(0);
      else this.#free.give(old);
      throw error;
    });
    const nested = this.#inRoot(base.nested);
    const { worktree, reused } = await this.#worktree(old, { id: task.id, head, content });
    const root = join(worktree.path, shownPath(this.#repository.prefix));
    try {
      // A task has put a link there that is part of the state by now.
      if (isBeyond(worktree.path, toTop(this.#repository.prefix, rawPath('any'))))
        throw new Error(`${root} leads elsewhere`);
      this.#included ??= await includedFiles(this.#repository);
      const submodules = this.#inRoot(this.#worktrees.submodulesIn(worktree));
      let modules: RawPath[] = [];
      const { placed, found, copies } = await placeFiles({
        root: this.#config.root,
        workdir: root,
        config: this.#config,
        task,
        included: this.#included,
        carried,
        install: () => {
          modules = installModules({
            repository: this.#repository,
            path: worktree.path,
            packages: this.#worktrees.packagesIn(worktree),
            writes: task.writes,
            config: this.#config,
          });
        },
        // A setup fetches what it wants to be there, and git fetches into empty folders alone.
        repositories: this.#config.worktrees.setup.length > 0 ? [] : [...nested, ...submodules],
      });
      const opened = await openSubmodules({
        ...{ user: this.#repository, worktree: worktree.repository, placed },
        submodules: this.#worktrees.submodulesIn(worktree),
        isWhole: task.reads.length === 0,
      });
      for (const [path, print] of opened) copies.set(path, print);
      this.#worktrees.finish(worktree, content);
      const reach = reachOf(root, task.writes);
      const before = fingerprints(root, ...reach);
      const foldersBefore = await declaredFolders(root, reach.flat());
      const declared = { reach, before, foldersBefore };
      const files = { placed, modules, found, copies };
      return { worktree, root, base, began, reused, ...files, submodules, ...declared };
    } catch (error) {
      this.close({ worktree });
      throw error;
    }
  }

  /** What it begins from. Throws where it may write in a repository of its own. */
  async #state(task: Task): Promise<{ base: State } & Pick<Beginning, 'content' | 'head'>> {
    const base = await this.#chain.take();
    const { look } = this.#chain;
    const { tree, folders, nested } = base;
    const inside = repositoryWithin(task.writes, this.#inRoot(nested));
    if (inside !== undefined) throw new Error(isOfItsOwn(inside));
    const isElsewhere = (path: RawPath): boolean => this.#chain.isElsewhere(path);
    const { commit: head } = await headOf(this.#repository);
    return { base, head, content: { tree, folders, isElsewhere, ...(look && { look }) } };
  }

  /** Paths of the repository as those of the config's folder, as shown; without what lies outside. */
  #inRoot(paths: readonly RawPath[]): string[] {
    return paths
      .map((path) => shownFromTop(this.#repository.prefix, path))
      .filter((path) => !path.startsWith('../'));
  }

  /** What was there before the task began, as paths of the repository: no part of what it has done. */
  placedIn({ placed, modules }: PreparedWorktree): RawPath[] {
    return [...placed.map((path) => toTop(this.#repository.prefix, path)), ...modules];
  }

  /** The worktree may go to another task; its branch stays until then. */
  close({ worktree }: Pick<PreparedWorktree, 'worktree'>): void {
    removeLinks(worktree.path, this.#repository.prefix, this.#config);
    this.#free.give(worktree);
  }

  /** It outlives the run, with its branch: somebody is to look at what is in it. False where it is not there any more. */
  keep(workspace: PreparedWorktree, task: string, reason: string): boolean {
    const { worktree } = workspace;
    if (!existsSync(worktree.path)) {
      this.close(workspace);
      return false;
    }
    const { path, branch, gitName, commit } = worktree;
    const { home, runId, undoLog } = this.#keeping;
    const kept = { task, runId, reason, path, branch, gitName, commit };
    // First of all nobody may remove it any more.
    undoLog.writeThrough({ op: 'keep-worktree', ...kept });
    this.#kept.push({ task, path, branch, reason });
    rememberKept(home, kept);
    return true;
  }

  /** Those that are kept. */
  get kept(): readonly KeptWorktree[] {
    return this.#kept;
  }

  /** Removes all worktrees with their branches. All tasks must be over. */
  async end(): Promise<{ worktrees: number; branches: number; problems: string[] }> {
    for (const worktree of this.#free.takeAll()) {
      const left = await this.#worktrees.remove(worktree);
      if (left.length === 0) this.#removed.worktrees += 1;
      if (left.length === 0) this.#removed.branches += 1;
      this.#problems.push(...left);
    }
    return { ...this.#removed, problems: this.#problems };
  }

  async #worktree(
    old: Worktree | undefined,
    beginning: Beginning,
  ): Promise<{ worktree: Worktree; reused: boolean }> {
    if (old !== undefined) {
      // A git that is killed, say: then it is not used again.
      const again = await this.#worktrees.reuse(old, beginning).catch(() => undefined);
      if (again?.ok) {
        this.#removed.branches += 1;
        return { worktree: again.worktree, reused: true };
      }
      const left = await this.#worktrees.remove(old);
      if (left.length === 0) this.#removed.worktrees += 1;
      this.#problems.push(...left);
    }
    const begin = elapsed();
    let ms = 0;
    try {
      const worktree = await this.#worktrees.add(beginning);
      ms = elapsed() - begin;
      return { worktree, reused: false };
    } finally {
      this.#free.made(ms);
    }
  }
}

/** The ignored files that .worktreeinclude lists, in the syntax of .gitignore, relative to the config's folder. */
export async function includedFiles({ top, prefix }: Repository): Promise<string[]> {
  const file = join(top, '.worktreeinclude');
  if (!existsSync(file)) return [];
  const args = ['ls-files', '-z', '--others', '--ignored', `--exclude-from=${file}`];
  const listed = await git(top, args, { accept: [0, 128] });
  const isBelow = (path: string): boolean => prefix === '' || path.startsWith(`${prefix}/`);
  return records(listed.stdout)
    .filter(isBelow)
    .map((path) => shownPath((prefix === '' ? path : path.slice(prefix.length + 1)) as RawPath));
}
