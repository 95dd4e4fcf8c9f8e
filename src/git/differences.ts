// What differs between an index file and the files on the disk, and what lies there that the index has not, in one question to
// git. Unaware of what becomes of it.

import type { RawPath } from '../base/raw-path.ts';
import { git, records } from './git.ts';
import { isNested } from './repository.ts';

export interface Differences {
  /** Entries of the index: changed in content, kind or permissions, or only meant to be added. */
  changed: RawPath[];
  removed: RawPath[];
  /** What the index has not. */
  untracked: RawPath[];
  /** Untracked folders that are repositories of their own. */
  nested: RawPath[];
  /** Files, and folders with a `/` behind where a rule names the folder, be there a file in it or not. */
  ignored: RawPath[];
}

/** The worktree's side, of an index file in any view of git. What the index has otherwise than a commit does not matter. */
export async function differences(top: string, on: { env: Record<string, string> }): Promise<Differences> {
  const args = [
    'status',
    '-z',
    '--porcelain',
    '--untracked-files=all',
    '--ignored=matching',
    '--no-renames',
    '--ignore-submodules=dirty',
  ];
  return readStatus(records((await git(top, args, on)).stdout));
}

/** `XY path`: Y is what is on the disk; both tell of a conflict. */
export function readStatus(lines: readonly string[]): Differences {
  const found: Differences = { changed: [], removed: [], untracked: [], nested: [], ignored: [] };
  for (const line of lines) {
    const [tag, path] = [line.slice(0, 2), line.slice(3) as RawPath];
    if (tag === '!!') found.ignored.push(path);
    else if (tag === '??' && isNested(path)) found.nested.push(path.slice(0, -1) as RawPath);
    else if (tag === '??') found.untracked.push(path);
    else if (CONFLICTS.has(tag)) found.changed.push(path);
    else if (tag[1] === 'D') found.removed.push(path);
    else if (tag[1] !== ' ') found.changed.push(path);
  }
  return found;
}

const CONFLICTS = new Set(['DD', 'AU', 'UD', 'UA', 'DU', 'AA', 'UU']);
