// What git ignores only because a task has changed the rules: by those that it began with, its files would be kept.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RawPath } from '../base/raw-path.ts';
import { git, nulTerminated, records } from './git.ts';

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
  const ignored = records(listed.stdout).filter((path) => !path.endsWith('/'));
  if (ignored.length === 0) return [];
  const held = records((await git(top, ['ls-files', '-z'], on)).stdout).filter(isIgnoreFile);
  mkdirSync(scratch, { recursive: true });
  const rules = mkdtempSync(join(scratch, 'rules-'));
  try {
    if (held.length > 0)
      await git(top, ['checkout-index', '--force', '-z', '--stdin', `--prefix=${rules}/`], {
        ...on,
        input: nulTerminated(held),
      });
    const { stdout } = await git(rules, ['check-ignore', '--no-index', '-z', '--stdin'], {
      env: { ...on.env, GIT_WORK_TREE: rules, GIT_LITERAL_PATHSPECS: '0' },
      input: nulTerminated(ignored.map((path) => `./${path}`)),
      accept: [0, 1],
    });
    const before = new Set(records(stdout).map((path) => path.slice(2)));
    return ignored.filter((path) => !before.has(path)) as RawPath[];
  } finally {
    rmSync(rules, { recursive: true, force: true });
  }
}
