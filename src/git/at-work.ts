// Whether git is in the middle of changing the files of a work tree. Looks at its folder only.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** It holds the index, or goes from commit to commit in a rebase; one that waits for a person is not at work. */
export function isGitAtWork({ gitDir }: { gitDir: string }): boolean {
  const inGit = (...names: string[]): boolean => existsSync(join(gitDir, ...names));
  return inGit('index.lock') || (inGit('rebase-merge') && !inGit('rebase-merge', 'stopped-sha'));
}
