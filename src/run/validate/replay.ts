// Runs a validation step that failed once more, in a scratch worktree, with the results of some tasks and not of others.
// Decides nothing; see search.ts.

import { join } from 'node:path';
import { formatDuration } from '../../base/duration.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { ValidateStep } from '../../config/config.ts';
import type { Outcome } from '../executor/attempt.ts';
import type { RunContext } from '../records/context.ts';
import { OutputFile } from '../records/output.ts';
import { ensureFolderOf, replaysOutputName } from '../records/run-folder.ts';
import type { Deeds } from './deeds.ts';
import type { ScratchTree } from './scratch-tree.ts';
import type { Verdict } from './search.ts';
import { runStep } from './step.ts';
import type { FailedStep } from './validation.ts';

/** Runs of one step, and the time that they may take together. */
const MOST_REPLAYS = 50;
const MOST_MS = 30 * 60_000;

/** It will never be known which tasks broke the step; the message is a clause that says why. */
export class NotPossible extends Error {}

export interface Replaying {
  context: RunContext;
  scratch: ScratchTree;
  deeds: Deeds;
}

export class Replays {
  readonly #replaying: Replaying;
  readonly #failed: FailedStep;
  readonly #deadline = AbortSignal.timeout(MOST_MS);
  readonly #stop: AbortSignal;
  /** How often the step was run. */
  count = 0;

  constructor(replaying: Replaying, failed: FailedStep) {
    this.#replaying = replaying;
    this.#failed = failed;
    this.#stop = AbortSignal.any([replaying.context.stop, this.#deadline]);
  }

  /** @param places of the deeds, in ascending order. Throws `NotPossible`. */
  async run(places: readonly number[]): Promise<Verdict> {
    const { context, scratch } = this.#replaying;
    this.#goOn();
    const tree = await this.#replaying.deeds.treeWith(places);
    if (tree === undefined) return 'inapplicable';
    if (this.count === MOST_REPLAYS) throw new NotPossible(`${MOST_REPLAYS} replays were not enough`);
    this.count += 1;
    const { step, index } = this.#failed;
    context.emit({ type: 'validation-replaying', name: step.name, replay: this.count, tasks: places.length });
    const output = this.#openLog(join(context.folder.path, replaysOutputName(index)));
    try {
      output.note(`ptask: replay ${this.count}, ${this.#named(places)}`);
      const root = await scratch.take(tree);
      const isWhole = places.length === this.#replaying.deeds.tasks.length;
      const verdict = await this.#verdictIn(root, output, isWhole);
      output.note(`ptask: ${verdict === 'inapplicable' ? 'it cannot be run so' : `it ${verdict}`}`);
      return verdict;
    } finally {
      output.close();
    }
  }

  #openLog(file: string): OutputFile {
    const { masker, config } = this.#replaying.context;
    try {
      ensureFolderOf(file);
      return new OutputFile(file, () => {}, {
        ...{ goesOn: this.count > 1, masker, limit: config.outputLimit },
      });
    } catch (error) {
      throw new NotPossible(`its log cannot be written: ${reasonOf(error)}`);
    }
  }

  async #verdictIn(root: string, output: OutputFile, isWhole: boolean): Promise<Verdict> {
    const { config } = this.#replaying.context;
    const { step, exitCode } = this.#failed;
    await this.#setUp(root, output);
    for (const needed of stepsBefore(step, config.validate)) {
      // An agent has read it once; what it says another time says nothing of the tasks.
      if (needed.review !== undefined) continue;
      const { status } = await this.#runStep(needed, root, output);
      if (status !== 'passed') return 'inapplicable';
    }
    const outcome = await this.#runStep(step, root, output);
    if (outcome.status === 'passed') return 'passes';
    const isMissing = outcome.exitCode === 126 || outcome.exitCode === 127;
    if (!isMissing || outcome.exitCode === exitCode) return 'fails';
    // A task may have made the program. With all of them it can only be the worktree that lacks it.
    if (!isWhole) return 'inapplicable';
    throw new NotPossible(`in a scratch worktree it ends with ${outcome.reason}; ${PLACING}`);
  }

  async #setUp(root: string, output: OutputFile): Promise<void> {
    const { context } = this.#replaying;
    const run = context.config.worktrees.setup;
    if (run.length === 0) return;
    const outcome = await runStep(context, { run, timeoutMs: 0 }, { root, output, stop: this.#stop });
    this.#goOn();
    if (outcome.status !== 'passed')
      throw new NotPossible(`the setup of a scratch worktree failed: ${outcome.reason}`);
  }

  async #runStep(step: ValidateStep, root: string, output: OutputFile): Promise<Outcome> {
    const outcome = await runStep(this.#replaying.context, step, { root, output, stop: this.#stop });
    this.#goOn();
    return outcome;
  }

  #goOn(): void {
    const { context } = this.#replaying;
    if (context.stop.aborted) throw new NotPossible(context.whyStopped());
    if (this.#deadline.aborted) throw new NotPossible(`it was not known after ${formatDuration(MOST_MS)}`);
  }

  #named(places: readonly number[]): string {
    const { tasks } = this.#replaying.deeds;
    const names = places.map((place) => tasks[place]);
    return names.length === 0 ? 'without any task' : `with ${names.join(', ')}`;
  }
}

const PLACING = 'what git does not hold is put there by worktrees.copy, link or setup';

/** All that it needs, each after what it needs itself. */
export function stepsBefore(step: ValidateStep, all: readonly ValidateStep[]): ValidateStep[] {
  const found = new Set<ValidateStep>();
  const visit = ({ needs }: ValidateStep): void => {
    for (const one of all) {
      if (!needs.includes(one.name) || found.has(one)) continue;
      visit(one);
      found.add(one);
    }
  };
  visit(step);
  return [...found];
}
