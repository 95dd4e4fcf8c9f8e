// Which commits of submodules a task has chosen: by what it has checked out in one, or by its index alone.

import { locate, type RawPath } from '../base/raw-path.ts';
import { pinOf } from './hash-worktree.ts';
import { type IndexEntry, indexEntries, setEntries } from './index-file.ts';
import type { IndexStat } from './index-stat.ts';
import { GITLINK, type Repository } from './repository.ts';

export const hasPins = ({ entries }: IndexStat): boolean => entries.some(({ mode }) => mode === GITLINK);

/**
 * Enters the pins of a worktree's own index that are not those of the user's into another index file, which has some, unless what
 * is checked out in the submodule says otherwise. An index that cannot be read has none. Returns the paths of those that were entered.
 */
export async function followPins(user: Repository, worktree: Repository, index: string): Promise<RawPath[]> {
  const theirs = new Map((await pinsOf(user.top)).map(({ path, oid }) => [path, oid]));
  const own = await pinsOf(user.top, `${worktree.gitDir}/index`).catch(() => []);
  const moved = own.filter(({ path, oid }) => theirs.has(path) && theirs.get(path) !== oid);
  if (moved.length === 0) return [];
  const began = new Map((await pinsOf(user.top, index)).map(({ path, oid }) => [path, oid]));
  const chosen: IndexEntry[] = [];
  for (const entry of moved) {
    const { oid } = (await pinOf(locate(worktree.top, entry.path))) ?? {};
    if (oid === undefined || oid === began.get(entry.path)) chosen.push(entry);
  }
  await setEntries(user.top, index, chosen);
  return chosen.map(({ path }) => path);
}

const pinsOf = async (top: string, file?: string): Promise<IndexEntry[]> =>
  (await indexEntries(top, file)).filter(({ mode }) => mode === GITLINK);
