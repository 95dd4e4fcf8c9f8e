// What git ignores, and what it ignores only because a task has changed the rules: by those that it began with, its files would
// be kept.

import type { RawPath } from '../base/raw-path.ts';
import { git, nulTerminated, records } from './git.ts';
import { withScratch } from './scratch.ts';

/** Of these paths those that the rules name. @param on the view of git that tells */
export async function checkIgnore(
  top: string,
  on: { env: Record<string, string> },
  paths: readonly RawPath[],
  flags: readonly string[] = [],
): Promise<RawPath[]> {
  if (paths.length === 0) return [];
  // It is the one command that refuses to take paths literally; behind `./` none has magic.
  const { stdout } = await git(top, ['check-ignore', ...flags, '-z', '--stdin'], {
    input: nulTerminated(paths.map((path) => `./${path}`)),
    env: { ...on.env, GIT_LITERAL_PATHSPECS: '0' },
    accept: [0, 1],
  });
  return records(stdout).map((path) => path.slice(2) as RawPath);
}

export const isIgnoreFile = (path: string): boolean => path === '.gitignore' || path.endsWith('/.gitignore');

/**
 * Files that are ignored now and were not by the rules of the index file, which still has those.
 * @param on the index file, in the view of git that asks @param scratch a folder of ours
 */
export async function ignoredSince(
  top: string,
  on: { env: Record<string, string> },
  scratch: string,
): Promise<RawPath[]> {
  const listed = await git(top, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard'], on);
  const ignored = records(listed.stdout).filter((path) => !path.endsWith('/')) as RawPath[];
  if (ignored.length === 0) return [];
  const held = records((await git(top, ['ls-files', '-z'], on)).stdout).filter(isIgnoreFile);
  return withScratch(scratch, async (rules) => {
    if (held.length > 0)
      await git(top, ['checkout-index', '--force', '-z', '--stdin', `--prefix=${rules}/`], {
        ...on,
        input: nulTerminated(held),
      });
    const there = { env: { ...on.env, GIT_WORK_TREE: rules } };
    const before = new Set(await checkIgnore(rules, there, ignored, ['--no-index']));
    return ignored.filter((path) => !before.has(path));
  });
}
