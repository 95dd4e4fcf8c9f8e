// For people: the tree after each task that leaves a checkpoint, as a commit that git can show and compare.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, git, gitLine } from '../../git/git.ts';
import { isHold } from '../../git/holds.ts';
import type { Repository } from '../../git/repository.ts';
import { Snapshots } from '../../git/snapshot.ts';
import { runsIn, stateDirOf } from '../state-dir.ts';

const ALL = 'refs/ptask/';

export class CheckpointRefs {
  readonly #repository: Repository;
  readonly #root: string;
  readonly #runId: string;
  readonly #snapshots: Snapshots;
  #last: string | undefined;
  /** Why there are none, once it is known. */
  problem: string | undefined;

  /** @param scratch a folder for private index files */
  constructor(repository: Repository, root: string, runId: string, scratch: string) {
    this.#repository = repository;
    this.#root = root;
    this.#runId = runId;
    this.#snapshots = new Snapshots(repository, { scratch: join(scratch, 'checkpoints') });
  }

  /**
   * `refs/ptask/<run>/<task>`: a child of the one before, so that `git log` shows the run, or the same where the task has
   * changed nothing.
   */
  async add(task: string, hasChanged: boolean): Promise<void> {
    if (this.problem !== undefined) return;
    const { top } = this.#repository;
    try {
      if (this.#last === undefined) await removeOldRefs(this.#repository, this.#root);
      if (hasChanged || this.#last === undefined) this.#last = await this.#snapshot(task);
      await git(top, ['update-ref', `${ALL}${this.#runId}/${task}`, this.#last]);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      this.problem = `there are no refs of the checkpoints: ${error.message}`;
    }
  }

  async #snapshot(task: string): Promise<string> {
    const parents = this.#last === undefined ? [] : [this.#last];
    const { commit } = await this.#snapshots.take({ parents, message: `ptask: after ${task}` });
    return commit;
  }
}

/** Removes those of runs that are not kept any more. */
async function removeOldRefs(repository: Repository, root: string): Promise<void> {
  const { top } = repository;
  const runs = runsIn(stateDirOf(root));
  const names = await gitLine(top, ['for-each-ref', '--format=%(refname)', ALL]);
  const old = names.split('\n').filter((name) => {
    const [runId = ''] = name.slice(ALL.length).split('/');
    return name !== '' && !isHold(name) && !existsSync(join(runs, runId));
  });
  if (old.length === 0) return;
  await git(top, ['update-ref', '--stdin'], { input: old.map((name) => `delete ${name}\n`).join('') });
}
