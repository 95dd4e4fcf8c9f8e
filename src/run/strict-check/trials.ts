// Runs a task in a folder with some files of the user's tree, and tells what came of it. All folders of a task have the same path, so
// that what it writes differs by nothing else. Unaware of what is looked for.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locate, rawPath, shownPath } from '../../base/raw-path.ts';
import { readEnds } from '../../base/read-ends.ts';
import type { Config, Task } from '../../config/config.ts';
import { anyMatcher } from '../../plan/patterns/index.ts';
import { oidOfFile } from '../../store/content.ts';
import { stateAt } from '../../store/state-at.ts';
import { type Outcome, runTask } from '../executor/attempt.ts';
import { type Environment, taskEnvironment } from '../process/environment.ts';
import type { Executor } from '../process/executor.ts';
import { OutputFile } from '../records/output.ts';
import { MOST_OUTPUT } from '../records/printed.ts';
import { missedFiles } from '../workspace/missed-files.ts';
import type { DeclaredFiles } from '../workspace/scratch/declared-files.ts';
import { furnish, type Given } from '../workspace/scratch/furnish.ts';
import { type FolderLook, lookInto } from '../workspace/scratch/scratch-changes.ts';
import { makeScratch, removeScratch, type ScratchPlace } from '../workspace/scratch/scratch-folder.ts';

/** Bytes of the beginning of an output, and of its end, in which the names of missing files are looked for. */

/** What came of one. */
export interface Trial {
  outcome: Outcome;
  /** What it declares to write, as it was then: for each path what tells its content from another. */
  made: ReadonlyMap<string, string>;
  /** Patterns of files of the user's tree that it has named and did not have. */
  named: string[];
}

export interface TrialsOptions {
  config: Config;
  env: Environment;
  executor: Executor;
  stop: AbortSignal;
  place: ScratchPlace;
}

export class Trials {
  readonly #options: TrialsOptions;
  readonly #task: Task;
  readonly #covers: (path: string) => boolean;
  /** How many there were. */
  count = 0;

  constructor(options: TrialsOptions, task: Task, { reach }: Given) {
    this.#options = options;
    this.#task = task;
    this.#covers = anyMatcher(reach);
  }

  /** Throws where the disk says no. */
  async run(given: DeclaredFiles): Promise<Trial> {
    const { config, place } = this.#options;
    this.count += 1;
    const { path, workdir, own } = makeScratch(place, this.#task.id, () => {});
    try {
      await furnish({ root: config.root, workdir }, given, this.#task);
      const before = await lookInto(workdir);
      const log = join(own, 'output');
      const outcome = await this.#execute(workdir, own, log);
      const named = outcome.status === 'failed' ? this.#namedIn(log, workdir, before) : [];
      return { outcome, named, made: await this.#madeIn(workdir) };
    } finally {
      await removeScratch(path);
    }
  }

  async #execute(workdir: string, own: string, log: string): Promise<Outcome> {
    const { config, env, executor, stop } = this.#options;
    const task = this.#task;
    const output = new OutputFile(log, () => {}, { limit: task.outputLimit });
    const nothing = (): void => {};
    // Those that a run gives to a task, with nothing in them.
    const files = ['PTASK_OUTPUT', 'PTASK_OUTPUTS', 'PTASK_HANDOFF'].map((name) => [name, join(own, name)]);
    for (const [, file = ''] of files) writeFileSync(file, '');
    const place = { runId: 'check', config, workdir, isApart: true, log: join(own, 'notes') };
    try {
      return await runTask(
        // Nobody is asked anything: what is looked for is what it reads.
        { ...task, raw: false, retry: { times: 0, delayMs: 0 } },
        {
          cwd: resolve(workdir, task.cwd),
          environment: (attempt) => ({
            ...taskEnvironment(env, task, { ...place, attempt }),
            ...Object.fromEntries(files),
          }),
          ...{ output, stop, executor },
          hooks: { started: nothing, verifying: nothing, retrying: nothing },
        },
      );
    } finally {
      output.close();
    }
  }

  #namedIn(log: string, workdir: string, before: FolderLook): string[] {
    const { root } = this.#options.config;
    const isGiven = (path: string): boolean =>
      before.files.has(rawPath(path)) || before.folders.has(rawPath(path));
    return missedFiles(readEnds(log, MOST_OUTPUT), { root, workdir, cwd: this.#task.cwd, isGiven });
  }

  async #madeIn(workdir: string): Promise<Map<string, string>> {
    const made = new Map<string, string>();
    const { files, folders } = await lookInto(workdir);
    for (const path of [...files.keys(), ...folders.keys()].filter((each) => this.#covers(shownPath(each)))) {
      const at = locate(workdir, path);
      const state = stateAt(at);
      if (state?.kind === 'file')
        made.set(
          shownPath(path),
          `${(state.mode & 0o100) === 0 ? 'file' : 'program'} ${await oidOfFile(at)}`,
        );
      else
        made.set(
          shownPath(path),
          state?.kind === 'link' ? `link ${state.target}` : (state?.kind ?? 'special'),
        );
    }
    return made;
  }
}
