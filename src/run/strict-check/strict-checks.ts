// Runs tasks with all files and with what they declare to read alone, one after the other, in folders of ours: the user's tree stays as
// it is.

import { tmpdir } from 'node:os';
import { look } from '../../base/look.ts';
import { locate, type RawPath, rawPath } from '../../base/raw-path.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Config, Task } from '../../config/config.ts';
import { readDotenv } from '../../config/dotenv.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import { visibleFiles } from '../../git/visible-files.ts';
import type { StrictCheck } from '../../model/strict-check.ts';
import { allBelow } from '../../store/walk.ts';
import { baseEnvironment, type Environment, graceIn, withGrace } from '../process/environment.ts';
import { openPipes } from '../process/pipes.ts';
import { Processes } from '../process/process.ts';
import { declaredFiles, isOwn } from '../workspace/scratch/declared-files.ts';
import { ownerOfCheck, removeAbandoned, type ScratchPlace } from '../workspace/scratch/scratch-folder.ts';
import { checkTask, Stopped } from './check-task.ts';

export interface StrictChecking {
  env: Environment;
  /** Ends it in good order; kills at once what it runs. */
  signal: AbortSignal;
  kill: AbortSignal;
  /** A task is done with. */
  onChecked(check: StrictCheck): void;
}

/** Comes back with those that were done with: not all of them, where somebody has stopped it. Throws what the disk says. */
export async function runStrictChecks(
  config: Config,
  tasks: readonly Task[],
  { env: outer, signal, kill, onChecked }: StrictChecking,
): Promise<Result<StrictCheck[]>> {
  const dotenv = readDotenv(config);
  if (dotenv.problems.length > 0) return fail(...dotenv.problems);
  const graceMs = graceIn(outer);
  const env = withGrace(baseEnvironment(config, outer, false, dotenv.values), graceMs);
  const repository = findRepository(config.root);
  const place: ScratchPlace = {
    tree: { top: repository?.top ?? config.root, prefix: repository?.prefix ?? rawPath('') },
    dir: config.worktrees.dir,
    otherwise: tmpdir(),
    owner: ownerOfCheck(),
  };
  const executor = new Processes({ kill, graceMs, onGroup: () => () => {}, onRaw() {} });
  const closePipes = openPipes();
  const checks: StrictCheck[] = [];
  try {
    await removeAbandoned(place);
    const whole = await allFiles(config, repository);
    for (const task of tasks) {
      if (signal.aborted) break;
      const check = await checkTask({ config, env, executor, stop: signal, place }, task, whole);
      checks.push(check);
      onChecked(check);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    executor.close();
    closePipes();
  }
  return ok(checks);
}

/** What git sees, and what tasks declare and other tasks have made; without git all files. */
async function allFiles(
  { root, tasks, cache, worktrees }: Config,
  repository: Repository | undefined,
): Promise<RawPath[]> {
  const lists =
    repository === undefined
      ? [['**']]
      : [...tasks.flatMap(({ reads, writes }) => [reads, writes]), cache.reads, worktrees.copy];
  const { files } = await declaredFiles(root, lists, []);
  const seen = repository === undefined ? [] : await visibleFiles(repository);
  const visible = seen.flatMap((path) =>
    look(locate(root, path))?.isDirectory() ? allBelow(root, path).files : [path],
  );
  return [...new Set([...files, ...visible])].filter(isOwn).sort();
}
