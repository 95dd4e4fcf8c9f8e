// The files that git sees in a work tree: what it holds, and what is neither held nor ignored. Looks only.

import type { RawPath } from '../base/raw-path.ts';
import { git, LOOKING, records } from './git.ts';
import type { Repository } from './repository.ts';

/** Below the folder that was asked about, relative to it; a repository in there is one entry. They may be gone from the disk. */
export async function visibleFiles({ top, prefix }: Repository): Promise<RawPath[]> {
  const { stdout } = await git(top, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    env: LOOKING,
  });
  const below = prefix === '' ? '' : `${prefix}/`;
  const paths = records(stdout).filter((path) => path.startsWith(below));
  return [...new Set(paths.map((path) => path.slice(below.length).replace(/\/$/, '') as RawPath))].sort();
}
