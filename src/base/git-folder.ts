// Which work tree of git a folder lies in, told without any process.

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface GitFolder {
  /** The top folder of the work tree. */
  top: string;
  /** What belongs to this work tree alone: a real path. */
  gitDir: string;
}

/** Of the first folder upwards with a `.git` that is one. @param start a real path */
export function findGitFolder(start: string): GitFolder | undefined {
  for (let top = start; ; top = dirname(top)) {
    const gitDir = gitDirAt(join(top, '.git'));
    if (gitDir !== undefined) return { top, gitDir };
    if (dirname(top) === top) return undefined;
  }
}

/** The folder itself, or the one that a file `gitdir: …` names. */
function gitDirAt(entry: string): string | undefined {
  const stats = statSync(entry, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return existsSync(join(entry, 'HEAD')) ? realpathSync.native(entry) : undefined;
  if (!stats?.isFile()) return undefined;
  const named = /^gitdir: (.*?)\n*$/s.exec(readFileSync(entry, 'utf8'))?.[1];
  const gitDir = named === undefined ? undefined : resolve(dirname(entry), named);
  return gitDir !== undefined && existsSync(gitDir) ? realpathSync.native(gitDir) : undefined;
}

/** What all work trees of the repository share: the folder itself, or the one above the folders of linked ones. */
export function commonGitFolder(gitDir: string): string {
  const file = join(gitDir, 'commondir');
  return existsSync(file) ? resolve(gitDir, readFileSync(file, 'utf8').replace(/\n$/, '')) : gitDir;
}
