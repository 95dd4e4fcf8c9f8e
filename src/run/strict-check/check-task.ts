// Whether a task does the same with what it declares to read alone as with all files, and if not, which of them it needs.

import { type RawPath, rawPath, shownPath } from '../../base/raw-path.ts';
import type { Config, Task } from '../../config/config.ts';
import type { StrictCheck } from '../../model/strict-check.ts';
import { isExclude, literalPattern, matcher, overlap } from '../../plan/patterns/index.ts';
import { matchesNothing } from '../workspace/scratch/declared-files.ts';
import { type Given, givenTo } from '../workspace/scratch/furnish.ts';
import { type Needed, smallestSet } from './smallest-set.ts';
import { type Trial, Trials, type TrialsOptions } from './trials.ts';

/** Runs of one task. */
const MOST_RUNS = 30;

/** Of what a task names: with one file it may come to miss the next. */
const MOST_ROUNDS = 5;

/** Somebody has asked to stop. */
export class Stopped extends Error {}

/** @param whole all files of the user's tree. Throws `Stopped`, and what the disk says. */
export async function checkTask(
  options: TrialsOptions,
  task: Task,
  whole: readonly RawPath[],
): Promise<StrictCheck> {
  const { config } = options;
  const given = await givenTo(config, task);
  const check = new TaskCheck(new Trials(options, task, given), given, whole);
  const because = whyNotReady(config, task, given);
  return because === undefined ? check.run(task) : { ...check.says(task, 'not-ready'), because };
}

class TaskCheck {
  readonly #trials: Trials;
  readonly #given: Given;
  #whole: readonly RawPath[];
  #normal: Trial | undefined;
  /** What differs from one normal run to the next; undefined until that has to be known. */
  #unstable: Set<string> | undefined;

  constructor(trials: Trials, given: Given, whole: readonly RawPath[]) {
    this.#trials = trials;
    this.#given = given;
    this.#whole = whole;
  }

  says({ id }: Task, verdict: StrictCheck['verdict']): StrictCheck {
    const unstable = [...(this.#unstable ?? [])].sort();
    return { task: id, verdict, reads: [], isSmallest: true, runs: this.#trials.count, unstable };
  }

  async run(task: Task): Promise<StrictCheck> {
    const normal = await this.#runNormally();
    this.#normal = normal;
    if (normal.outcome.status !== 'passed')
      return { ...this.says(task, 'fails'), because: normal.outcome.reason ?? 'it failed' };
    const strict = await this.#try([]);
    if (await this.#isLike(strict, normal)) return this.says(task, 'agrees');
    const because = this.#difference(strict, normal);
    const among = (await this.#namedBy(strict)) ?? this.#undeclared();
    const { paths, isSmallest } = await this.#search(among);
    if (paths.length === 0) return { ...this.says(task, 'unclear'), because };
    return { ...this.says(task, 'missing'), because, reads: paths.map(patternOf), isSmallest };
  }

  /** With what git ignores as well, where the task says that it lacks it. */
  async #runNormally(): Promise<Trial> {
    const trial = await this.#try(this.#whole);
    const more = trial.named.filter((pattern) => !pattern.endsWith('/**')).map(unescaped);
    if (trial.outcome.status === 'passed' || more.length === 0) return trial;
    this.#whole = [...new Set([...this.#whole, ...more])];
    return this.#try(this.#whole);
  }

  /** @param more files beside those that it is given */
  async #try(more: readonly RawPath[]): Promise<Trial> {
    const files = [...new Set([...this.#given.files, ...more])];
    const trial = await this.#trials.run({ ...this.#given, files });
    if (trial.outcome.status === 'cancelled') throw new Stopped();
    return trial;
  }

  async #isLike(trial: Trial, normal: Trial): Promise<boolean> {
    if (trial.outcome.status !== normal.outcome.status) return false;
    if (differing(trial, normal).length === 0) return true;
    this.#unstable ??= new Set(differing(await this.#try(this.#whole), normal));
    return this.#differences(trial, normal).length === 0;
  }

  #differences(trial: Trial, normal: Trial): string[] {
    return differing(trial, normal).filter((path) => this.#unstable?.has(path) !== true);
  }

  /** A clause. */
  #difference(strict: Trial, normal: Trial): string {
    if (strict.outcome.status !== normal.outcome.status)
      return `with its declared reads alone it fails: ${strict.outcome.reason}`;
    const [path = '', ...more] = this.#differences(strict, normal);
    const rest = more.length > 0 ? ` and ${more.length} more` : '';
    return `with its declared reads alone it makes another ${path}${rest}`;
  }

  /** Files that a task has named, and that are enough; undefined where there are none such. */
  async #namedBy(strict: Trial): Promise<RawPath[] | undefined> {
    const named = new Set<RawPath>();
    let trial = strict;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const before = named.size;
      for (const path of this.#filesOf(trial.named)) named.add(path);
      if (named.size === before) return undefined;
      trial = await this.#try([...named]);
      if (await this.#isLike(trial, this.#normal as Trial)) return [...named];
    }
    return undefined;
  }

  #filesOf(patterns: readonly string[]): RawPath[] {
    return patterns.flatMap((pattern) =>
      pattern.endsWith('/**')
        ? this.#whole.filter((path) => matcher([pattern])(shownPath(path)))
        : [unescaped(pattern)],
    );
  }

  #undeclared(): RawPath[] {
    const given = new Set(this.#given.files);
    return this.#whole.filter((path) => !given.has(path));
  }

  /** @param among files that are enough */
  #search(among: readonly RawPath[]): Promise<Needed> {
    return smallestSet(among, async (paths) => {
      if (this.#trials.count >= MOST_RUNS) return undefined;
      return this.#isLike(await this.#try(paths as RawPath[]), this.#normal as Trial);
    });
  }
}

const unescaped = (pattern: string): RawPath => rawPath(pattern.replace(/\\(.)/g, '$1'));

const patternOf = (path: string): string => {
  const literal = literalPattern(shownPath(path as RawPath));
  return path === '' || path.endsWith('/') ? `${literal}**` : literal;
};

/** What one has made otherwise than the other. */
function differing({ made: one }: Trial, { made: other }: Trial): string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => one.get(path) !== other.get(path)).sort();
}

/** What it reads may still have to be made. A clause. */
function whyNotReady({ tasks }: Config, task: Task, given: Given): string | undefined {
  const excludes = task.reads.filter(isExclude);
  for (const pattern of task.reads.filter((each) => !isExclude(each))) {
    const list = [pattern, ...excludes];
    if (!matchesNothing(given, list)) continue;
    const maker = tasks.find(
      ({ id, writes }) => id !== task.id && writes.length > 0 && overlap(list, writes).overlap,
    );
    if (maker !== undefined)
      return `it reads ${pattern}, which ${maker.id} writes and which is not there yet: run \`ptask run ${maker.id}\` first`;
  }
  return undefined;
}
