// What is on the disk, entered into private index files, and the trees of these. Unaware of what differs and why.

import type { RawPath } from '../base/raw-path.ts';
import { git, nulTerminated, records } from './git.ts';
import { onIndex, releaseIndex } from './index-file.ts';
import { pathKinds } from './path-kind.ts';
import { isSparse, type Repository } from './repository.ts';

export interface Difference {
  /** Files, links and submodules to enter as they are on the disk. */
  changed: readonly RawPath[];
  removed: readonly RawPath[];
}

/**
 * Enters differences into an index file. What is gone goes first and without a look at the disk, for it may lie beyond
 * what is a link or a file now; what is gone by the time git looks is removed as well.
 */
export async function enter(
  top: string,
  on: { env: Record<string, string> },
  { changed, removed }: Difference,
): Promise<void> {
  const run = (flags: readonly string[], paths: readonly RawPath[]) =>
    git(top, ['update-index', ...flags, '-z', '--stdin'], { ...on, input: nulTerminated(paths) });
  if (removed.length > 0) await run(['--force-remove'], removed);
  if (changed.length > 0) await run(['--add', '--remove', '--replace'], changed);
}

/**
 * Takes away the bits by which the index says that a file on the disk does not count. A sparse checkout's absent
 * files stay as they are.
 */
export async function uncover(repository: Repository, index: string): Promise<void> {
  const { top } = repository;
  const { stdout } = await git(top, ['ls-files', '-z', '-v'], onIndex(index));
  const flagged = records(stdout).filter((record) => !record.startsWith('H ') && !record.startsWith('M '));
  if (flagged.length === 0) return;
  const paths = (tags: RegExp) => flagged.filter((each) => tags.test(each)).map((each) => each.slice(2));
  const assumed = paths(/^[a-z] /);
  let skipped = paths(/^[Ss] /);
  if (skipped.length > 0 && (await isSparse(repository))) {
    const kindOf = pathKinds(top);
    skipped = skipped.filter((path) => kindOf(path as RawPath) !== 'absent');
  }
  const clear = async (flag: string, list: string[]) => {
    if (list.length === 0) return;
    releaseIndex(index);
    await git(top, ['update-index', flag, '-z', '--stdin'], {
      ...onIndex(index),
      input: nulTerminated(list),
    });
  };
  await clear('--no-assume-unchanged', assumed);
  await clear('--no-skip-worktree', skipped);
}
