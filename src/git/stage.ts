// Blobs of a tree of bytes as files, links as links. Unaware of where the files will go.

import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import { git, nulTerminated } from './git.ts';
import { type IndexEntry, setEntries } from './index-file.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';
import { withScratch } from './scratch.ts';
import type { TreeChange } from './tree.ts';

export interface StageRequest {
  /** What is to be staged: the paths that the changes leave something at. Submodules have no file. */
  changes: readonly TreeChange[];
  /** Where the files go, each at its own path; made if need be. */
  folder: string;
}

/** Writes the changed files under a folder and says where each one is. */
export async function stage(
  { top }: Repository,
  view: RawView,
  request: StageRequest,
): Promise<Map<RawPath, FsPath>> {
  const folder = resolve(request.folder);
  mkdirSync(folder, { recursive: true });
  const entries = request.changes.flatMap(({ path, after }): IndexEntry[] =>
    after === undefined || after.mode === GITLINK ? [] : [{ path, ...after }],
  );
  if (entries.length === 0) return new Map();
  await withScratch(dirname(folder), async (scratch) => {
    const index = join(scratch, 'index');
    await setEntries(top, index, entries);
    await git(top, ['checkout-index', '--force', '-z', '--stdin', `--prefix=${folder}/`], {
      ...view.on(top, index),
      input: nulTerminated(entries.map(({ path }) => path)),
    });
  });
  return new Map(entries.map(({ path }) => [path, locate(folder, path)]));
}
