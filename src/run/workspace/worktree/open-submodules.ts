// Submodules whose files were placed in a worktree get a repository of their own there.

import { look } from '../../../base/look.ts';
import { locate, type RawPath, shownPath } from '../../../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../../base/stat-fingerprint.ts';
import { fromTop, shownFromTop } from '../../../git/prefix.ts';
import type { Repository } from '../../../git/repository.ts';
import { addSubmoduleRepository } from '../../../git/submodule-repository.ts';

export interface Opening {
  user: Repository;
  worktree: Repository;
  /** The paths of all submodules. */
  submodules: readonly RawPath[];
  /** What was put there, relative to the config's folder. */
  placed: readonly RawPath[];
  /** Whether of a submodule all files are there. */
  isWhole: boolean;
}

/** The files that make them repositories, relative to the config's folder, as the task finds them. */
export async function openSubmodules(opening: Opening): Promise<[RawPath, Fingerprint][]> {
  const { user, worktree, submodules, placed, isWhole } = opening;
  const found: [RawPath, Fingerprint][] = [];
  for (const path of submodules) {
    const below = `${shownFromTop(user.prefix, path)}/`;
    if (!placed.some((each) => shownPath(each).startsWith(below))) continue;
    const name = await addSubmoduleRepository(user, worktree, path, isWhole);
    const stats = name && look(locate(worktree.top, name));
    if (stats) found.push([fromTop(user.prefix, name), fingerprintOf(stats)]);
  }
  return found;
}
