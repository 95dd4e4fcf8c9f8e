// Runs the commands of some tasks so that it is seen what they do to files. Unaware of what that means for anybody.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf } from '../../base/file-name.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { Command, CommandResult, Executor, Tracer } from '../process/executor.ts';
import { type FileUse, FileUseBuilder } from './file-use.ts';
import type { Means } from './means.ts';

export interface SeenOfTask {
  use: FileUse;
  /** Why that may not be all, clauses. */
  doubts: string[];
}

export class FileTracer implements Tracer {
  readonly #means: Means;
  readonly #tasks: ReadonlySet<string>;
  readonly #seen = new Map<string, Seeing>();

  constructor(means: Means, tasks: Iterable<string>) {
    this.#means = means;
    this.#tasks = new Set(tasks);
  }

  traces(task: string): boolean {
    return this.#tasks.has(task);
  }

  around(task: string, executor: Executor, scratch: string): Executor {
    if (!this.traces(task)) return executor;
    const seeing = this.#seen.get(task) ?? { builder: new FileUseBuilder(), doubts: new Set(), count: 0 };
    this.#seen.set(task, seeing);
    const folder = join(scratch, 'traces');
    return {
      ...(executor.final && { final: executor.final }),
      start: (command) => ({ result: this.#run(command, executor, seeing, join(folder, fileNameOf(task))) }),
    };
  }

  /** Undefined of a task that has started no command. */
  seen(task: string): SeenOfTask | undefined {
    const seeing = this.#seen.get(task);
    return seeing?.count === 0 || seeing === undefined
      ? undefined
      : { use: seeing.builder.use(), doubts: [...seeing.doubts] };
  }

  async #run(command: Command, executor: Executor, seeing: Seeing, folder: string): Promise<CommandResult> {
    seeing.count += 1;
    const file = join(folder, `${seeing.count}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const result = await executor.start(this.#means.traced(command, file)).result;
    try {
      const doubt = await this.#means.read(file, command, (access) => seeing.builder.add(access));
      if (doubt !== undefined) seeing.doubts.add(doubt);
    } catch (error) {
      seeing.doubts.add(`what was seen of it cannot be read: ${reasonOf(error)}`);
    }
    rmSync(file, { force: true });
    return result;
  }
}

interface Seeing {
  builder: FileUseBuilder;
  doubts: Set<string>;
  /** Commands. */
  count: number;
}
