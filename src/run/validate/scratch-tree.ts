// A worktree of ours that takes on one tree after another, each with what the config puts into a task's worktree. The
// undo log knows of it, so that it goes even if we are killed. Unaware of what is run in it.

import { join } from 'node:path';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import type { Config } from '../../config/config.ts';
import { headOf } from '../../git/branch.ts';
import { RawView } from '../../git/raw-view.ts';
import type { Repository } from '../../git/repository.ts';
import { type Beginning, type Worktree, Worktrees } from '../../git/worktrees.ts';
import { matcher } from '../../plan/patterns/index.ts';
import type { RunContext } from '../records/context.ts';
import type { UndoLog } from '../records/undo-log.ts';
import { installModules } from '../workspace/worktree/install-modules.ts';
import { placeFiles, removeLinks } from '../workspace/worktree/populate-worktree.ts';
import { includedFiles } from '../workspace/worktree/worktree-pool.ts';

const ID = 'validation';

export class ScratchTree {
  readonly #config: Config;
  readonly #repository: Repository;
  readonly #worktrees: Worktrees;
  readonly #isTasks: (path: string) => boolean;
  #included: string[] | undefined;
  #worktree: Worktree | undefined;

  /** @param scratch a folder of ours */
  constructor(
    { config, waiting }: Pick<RunContext, 'config' | 'waiting'>,
    repository: Repository,
    undoLog: UndoLog,
    scratch: string,
  ) {
    this.#config = config;
    this.#repository = repository;
    this.#worktrees = new Worktrees(repository, {
      dir: config.worktrees.dir,
      view: new RawView(repository, join(scratch, 'bytes')),
      undoLog: (entry) => undoLog.writeThrough(entry),
      waiting,
    });
    const writes = config.tasks.map((task) => task.writes).filter((globs) => globs.length > 0);
    const all = writes.map((globs) => matcher(globs));
    this.#isTasks = (path) => all.some((matches) => matches(path));
  }

  /** The config's folder in a work tree that is just this tree. */
  async take(tree: string): Promise<string> {
    const { prefix } = this.#repository;
    // So that a step finds the history there that it finds in the user's tree.
    const { commit: head } = await headOf(this.#repository);
    const content = { tree, folders: [], isElsewhere: (path: RawPath) => this.#isTasks(shownPath(path)) };
    const worktree = await this.#at({ id: ID, head, content });
    const { path } = worktree;
    const root = join(path, shownPath(prefix));
    this.#included ??= await includedFiles(this.#repository);
    const config = this.#config;
    await placeFiles({
      root: config.root,
      workdir: root,
      config,
      task: { reads: [], writes: [] },
      included: this.#included,
      install: () => {
        installModules({
          ...{ repository: this.#repository, path, config },
          packages: this.#worktrees.packagesIn(worktree),
          writes: config.tasks.flatMap(({ writes }) => writes),
        });
      },
      // What tasks make is in the tree if they are, as they have made it, and is not there if they are not.
      isLeftOut: this.#isTasks,
    });
    return root;
  }

  async end(): Promise<void> {
    const worktree = this.#worktree;
    this.#worktree = undefined;
    if (worktree === undefined) return;
    this.#removeLinks(worktree);
    // What stays behind is in the undo log, and is told at the end of the run.
    await this.#worktrees.remove(worktree);
  }

  async #at(beginning: Beginning): Promise<Worktree> {
    const old = this.#worktree;
    if (old !== undefined) {
      this.#removeLinks(old);
      const again = await this.#worktrees.reuse(old, beginning);
      if (again.ok) {
        this.#worktree = again.worktree;
        return again.worktree;
      }
      await this.end();
    }
    this.#worktree = await this.#worktrees.add(beginning);
    return this.#worktree;
  }

  /** What they lead to is the user's. */
  #removeLinks({ path }: Worktree): void {
    removeLinks(path, this.#repository.prefix, this.#config);
  }
}
