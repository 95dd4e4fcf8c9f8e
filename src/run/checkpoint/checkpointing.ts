// When a task leaves a checkpoint, and what that is made of.

import { Mutex } from '../../base/mutex.ts';
import type { Task } from '../../config/config.ts';
import type { Repository } from '../../git/repository.ts';
import type { Plan } from '../../model/plan.ts';
import { StatCache } from '../../store/stat-cache.ts';
import { Surroundings } from '../caching/surroundings.ts';
import type { RunContext } from '../records/context.ts';
import type { RunFolder } from '../records/run-folder.ts';
import { CheckpointRefs } from './checkpoint-refs.ts';
import { observe, writeCheckpoint } from './checkpoints.ts';

export class Checkpointing {
  readonly #root: string;
  readonly #folder: RunFolder;
  readonly #surroundings: Surroundings;
  readonly #isEach: boolean;
  readonly #refs: CheckpointRefs | undefined;
  readonly #cache: StatCache;
  #problem: string | undefined;
  /** One after the other: each is the state after one task. */
  readonly #turns = new Mutex();

  constructor(context: RunContext, plan: Plan, repository: Repository | undefined, scratch: string) {
    const { config, folder } = context;
    this.#root = config.root;
    this.#folder = folder;
    this.#cache = new StatCache(config.root);
    this.#surroundings = new Surroundings(context, this.#cache);
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
    try {
      const image = await observe(this.#root, task, this.#cache);
      this.#surroundings.outdated();
      const about = await this.#surroundings.of(task);
      if (!about.ok) throw new Error(about.reason);
      writeCheckpoint(this.#folder.state, task.id, { fingerprint: about.fingerprint, image });
      await this.#refs?.add(task.id, hasChanged);
    } catch (error) {
      this.#problem ??= `the checkpoint after ${task.id} cannot be written: ${(error as Error).message}`;
    }
  }
}
