// For people: the tree after each task that leaves a checkpoint, as a commit that git can show and compare.

import { join } from 'node:path';
import { fileNameOf } from '../../base/file-name.ts';
import { GitError } from '../../git/git.ts';
import { isHold } from '../../git/holds.ts';
import { changeRefs, refsIn } from '../../git/refs.ts';
import type { Repository } from '../../git/repository.ts';
import { Snapshots } from '../../git/snapshot.ts';
import { runsOf } from '../records/state-dir.ts';

const ALL = 'refs/ptask';

export class CheckpointRefs {
  readonly #repository: Repository;
  readonly #runId: string;
  readonly #snapshots: Snapshots;
  #last: string | undefined;
  /** Why there are none, once it is known. */
  problem: string | undefined;

  /** @param scratch a folder for private index files */
  constructor(repository: Repository, runId: string, scratch: string) {
    this.#repository = repository;
    this.#runId = runId;
    this.#snapshots = new Snapshots(repository, { scratch: join(scratch, 'checkpoints') });
  }

  /**
   * `refs/ptask/<run>/<task>`: a child of the one before, so that `git log` shows the run, or the same where the task has
   * changed nothing.
   */
  async add(task: string, hasChanged: boolean): Promise<void> {
    if (this.problem !== undefined) return;
    try {
      if (this.#last === undefined) await removeOldRefs(this.#repository);
      if (hasChanged || this.#last === undefined) this.#last = await this.#snapshot(task);
      await changeRefs(this.#repository, [
        { ref: `${ALL}/${this.#runId}/${fileNameOf(task)}`, to: this.#last },
      ]);
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

/** Removes those of runs that are not kept any more: other configs and work trees have some here, too. */
async function removeOldRefs(repository: Repository): Promise<void> {
  const runs = runsOf(repository);
  const old = (await refsIn(repository, ALL)).filter((ref) => {
    const [runId = ''] = ref.slice(ALL.length + 1).split('/');
    return !isHold(ref) && !runs.has(runId);
  });
  await changeRefs(
    repository,
    old.map((ref) => ({ ref, to: undefined })),
  );
}
