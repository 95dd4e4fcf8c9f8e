// Which commits of submodules a task has chosen: in a worktree there is nothing of a submodule, so it says so in its index alone.

import { type IndexEntry, indexEntries, setEntries } from './index-file.ts';
import type { IndexStat } from './index-stat.ts';
import { GITLINK, type Repository } from './repository.ts';

export const hasPins = ({ entries }: IndexStat): boolean => entries.some(({ mode }) => mode === GITLINK);

/**
 * Enters the pins of a worktree's own index that are not those of the user's into another index file, which has some. An index that
 * cannot be read has none.
 */
export async function followPins(user: Repository, worktree: Repository, index: string): Promise<void> {
  const theirs = new Map((await pinsOf(user.top)).map(({ path, oid }) => [path, oid]));
  const own = await pinsOf(user.top, `${worktree.gitDir}/index`).catch(() => []);
  const moved = own.filter(({ path, oid }) => theirs.has(path) && theirs.get(path) !== oid);
  await setEntries(user.top, index, moved);
}

const pinsOf = async (top: string, file?: string): Promise<IndexEntry[]> =>
  (await indexEntries(top, file)).filter(({ mode }) => mode === GITLINK);
