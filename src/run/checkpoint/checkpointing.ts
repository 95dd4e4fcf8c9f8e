// When a task leaves a checkpoint, and what that is made of.

import { Mutex } from '../../base/mutex.ts';
import type { Config, Task } from '../../config/config.ts';
import type { Repository } from '../../git/repository.ts';
import type { Plan } from '../../model/plan.ts';
import { StatCache } from '../../store/stat-cache.ts';
import type { RunFolder } from '../records/run-folder.ts';
import { CheckpointRefs } from './checkpoint-refs.ts';
import { observe, writeCheckpoint } from './checkpoints.ts';
import { environmentOf, taskFingerprint } from './task-fingerprint.ts';

export class Checkpointing {
  readonly #config: Config;
  readonly #folder: RunFolder;
  /** As of the beginning of the run, when tasks were given their environment. */
  readonly #environment: string;
  readonly #isEach: boolean;
  readonly #refs: CheckpointRefs | undefined;
  /** Read when the first is written. */
  #cache: StatCache | undefined;
  #problem: string | undefined;
  /** One after the other: each is the state after one task. */
  readonly #turns = new Mutex();

  constructor(
    config: Config,
    plan: Plan,
    folder: RunFolder,
    repository: Repository | undefined,
    scratch: string,
  ) {
    this.#config = config;
    this.#environment = environmentOf(config);
    this.#folder = folder;
    this.#isEach = plan.strategy.letter === 'D';
    this.#refs = repository && new CheckpointRefs(repository, folder.id, scratch);
  }

  /** After a task has passed. What goes wrong is told at the end, and is no failure of the task. @param hasChanged something in the tree */
  after(task: Task, hasChanged: boolean): Promise<void> {
    if (!this.#isEach && !task.checkpoint) return Promise.resolve();
    return this.#turns.run(() => this.#write(task, hasChanged));
  }

  get problem(): string | undefined {
    return this.#problem ?? this.#refs?.problem;
  }

  async #write(task: Task, hasChanged: boolean): Promise<void> {
    const { root } = this.#config;
    try {
      this.#cache ??= new StatCache(root);
      const image = await observe(root, task, this.#cache);
      const fingerprint = taskFingerprint(this.#config, task, this.#environment);
      writeCheckpoint(this.#folder.state, task.id, { fingerprint, image });
      await this.#refs?.add(task.id, hasChanged);
    } catch (error) {
      this.#problem ??= `the checkpoint after ${task.id} cannot be written: ${(error as Error).message}`;
    }
  }
}
