// Blobs of a tree as the files a checkout would make of them: line ends, encodings, filters and $Id$ as the
// attributes say, links as links. Unaware of where the files will go.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import { type TreeChange, treeEntries } from './diff.ts';
import { git, nulTerminated } from './git.ts';
import { type IndexEntry, onIndex, setEntries } from './index-file.ts';
import { GITLINK, type Repository } from './repository.ts';

export interface StageRequest {
  /** The tree that the changes lead to. */
  tree: string;
  /** What is to be staged: the paths that the changes leave something at. Submodules have no file. */
  changes: readonly TreeChange[];
  /** Where the files go, each at its own path; made if need be. */
  folder: string;
}

/**
 * Writes the changed files under a folder and says where each one is.
 *
 * git asks the files of the work tree for attributes before it asks the index. The work tree is the user's, whose
 * filters may be programs of the repository. Only when the changes touch a .gitattributes is it an empty folder
 * instead, so that the tree's own count.
 */
export async function stage(repository: Repository, request: StageRequest): Promise<Map<RawPath, FsPath>> {
  const { tree, changes } = request;
  const folder = resolve(request.folder);
  mkdirSync(folder, { recursive: true });
  const entries = changes.flatMap(({ path, after }): IndexEntry[] =>
    after === undefined || after.mode === GITLINK ? [] : [{ path, ...after }],
  );
  if (entries.length === 0) return new Map();
  const scratch = mkdtempSync(join(dirname(folder), '.stage-'));
  try {
    const index = join(scratch, 'index');
    const staysPut = !changes.some(({ path }) => isAttributes(path));
    const attributes = staysPut
      ? []
      : (await treeEntries(repository.top, tree)).filter(({ path }) => isAttributes(path));
    await setEntries(repository.top, index, [...attributes, ...entries]);
    const workTree = join(scratch, 'tree');
    mkdirSync(workTree);
    const env = {
      ...onIndex(index).env,
      ...(staysPut ? {} : { GIT_DIR: repository.gitDir, GIT_WORK_TREE: workTree }),
    };
    await git(
      staysPut ? repository.top : workTree,
      ['checkout-index', '--force', '-z', '--stdin', `--prefix=${folder}/`],
      { env, input: nulTerminated(entries.map(({ path }) => path)) },
    );
    return new Map(entries.map(({ path }) => [path, locate(folder, path)]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const isAttributes = (path: string): boolean => path === '.gitattributes' || path.endsWith('/.gitattributes');
