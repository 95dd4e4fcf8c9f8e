// What a worktree of ours holds when somebody has worked in it, and what of that its index does not stand for. Changes none of it.

import { join } from 'node:path';
import { type RawPath, rawPath } from '../base/raw-path.ts';
import { git, records } from './git.ts';
import { IndexStat } from './index-stat.ts';
import { pathKinds } from './path-kind.ts';
import { followPins, hasPins } from './pins.ts';
import type { Populated } from './populate.ts';
import { toTop } from './prefix.ts';
import { indexOfBytes, OWN_FOLDER } from './ptask-worktree.ts';
import type { RawView } from './raw-view.ts';
import { isThere, type Repository } from './repository.ts';
import type { Left } from './reset-worktree.ts';
import { type Snapshot, Snapshots } from './snapshot.ts';
import { isAsBegun, statOf } from './staged.ts';

export interface ResultOptions {
  /** The commit of the state that it began with. */
  base: string;
  message: string;
  exclude?: readonly RawPath[];
  /** Nobody works in it from here on, until it is reused. */
  isLast?: boolean;
  view: RawView;
  /** What its index files have said when it was handed out, and the print of the index of bytes. */
  began: { began: Populated; print: string | undefined } | undefined;
}

/** See `Worktrees.resultOf`. `left` is there where the look could see all. */
export async function resultOf(
  user: Repository,
  repository: Repository,
  { base, message, exclude = [], isLast = false, view, began: known }: ResultOptions,
): Promise<{ snapshot: Snapshot; left: Left | undefined }> {
  const scratch = join(repository.gitDir, OWN_FOLDER);
  const snapshots = new Snapshots(repository, {
    scratch,
    view,
    seededFor: user,
    ...(known && { known: { index: known.began.files, print: known.print } }),
  });
  const index = indexOfBytes(repository);
  const ownOnly = isAsBegun(repository.index, scratch) ? known?.began.ownOnly : undefined;
  const added = ownOnly ?? (await onlyInOwn(repository, index, scratch));
  const kindOf = pathKinds(repository.top);
  const also = added.filter((path) => kindOf(path) === 'file');
  const hidden = await hiddenIn(repository);
  const isPinning = hasPins(known?.began.files ?? new IndexStat(index));
  const chosen = isPinning ? await followPins(user, repository, index) : [];
  const excluded = [...exclude, ...hidden, ...chosen];
  const snapshot = await snapshots.take({ message, parents: [base], exclude: excluded, also });
  const isSeen = isLast && snapshot.besides.isAll && hidden.length === 0 && !isPinning;
  return { snapshot, left: isSeen ? leftIn(repository, snapshot, exclude) : undefined };
}

/** @param exclude what is there and no part of the result */
function leftIn(
  { prefix }: Repository,
  { tree, nested, ignored, besides }: Snapshot,
  exclude: readonly RawPath[],
): Left {
  const own = toTop(prefix, rawPath('.ptask'));
  const folders = [...besides.folders, ...nested, ...ignored.map(withoutSlash), own];
  return { tree, besides: [...folders, ...besides.special, ...exclude] };
}

const withoutSlash = (path: RawPath): RawPath => path.replace(/\/$/, '') as RawPath;

/** What a sparse checkout that the task has set up keeps from the disk: it is not deleted. */
async function hiddenIn({ top, gitDir }: Repository): Promise<RawPath[]> {
  if (!isThere(join(gitDir, 'info', 'sparse-checkout'))) return [];
  const env = { GIT_DIR: gitDir, GIT_WORK_TREE: top };
  const { stdout } = await git(top, ['ls-files', '-z', '-v'], { env, accept: [0, 128] });
  return records(stdout).flatMap((record) => (/^s /i.test(record) ? [record.slice(2) as RawPath] : []));
}

/**
 * What the task's own index has and the one of the bytes has not, ignored files too: the task has made git keep them. An index that
 * cannot be read holds nothing.
 */
async function onlyInOwn(worktree: Repository, index: string, own: string): Promise<RawPath[]> {
  const held = new Set(new IndexStat(index).entries.map(({ path }) => path));
  const stat = await statOf(worktree.top, worktree.index, own);
  return stat?.entries.map(({ path }) => path).filter((path) => !held.has(path)) ?? [];
}
