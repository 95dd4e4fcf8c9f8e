// What differs between two trees, and what a tree holds. Renames are not looked for: a path is a path.

import { type RawPath, shownPath } from '../base/raw-path.ts';
import { git, records } from './git.ts';
import { type IndexEntry, removal } from './index-file.ts';
import type { Repository } from './repository.ts';

/** What stands at a path of a tree. */
export interface Blob {
  mode: string;
  oid: string;
}

export interface TreeChange {
  path: RawPath;
  before?: Blob;
  after?: Blob;
}

const ABSENT = '000000';

/** From a tree or commit to another, sorted by path. */
export async function treeChanges(repository: Repository, from: string, to: string): Promise<TreeChange[]> {
  if (from === to) return [];
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--ignore-submodules=none', from, to];
  const fields = records((await git(repository.top, args)).stdout);
  const changes: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [before = '', after = '', was = '', is = ''] = (fields[at] ?? '').slice(1).split(' ');
    changes.push({
      path: fields[at + 1] as RawPath,
      ...(before === ABSENT ? {} : { before: { mode: before, oid: was } }),
      ...(after === ABSENT ? {} : { after: { mode: after, oid: is } }),
    });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the changes leave, as an index file takes it. */
export const entriesAfter = (changes: readonly TreeChange[]): IndexEntry[] =>
  changes.map(({ path, before, after }) =>
    after === undefined ? removal(path, before?.oid ?? '') : { path, ...after },
  );

/** All files, links and submodules of a tree, or those at and below some paths. */
export async function treeEntries(
  top: string,
  tree: string,
  paths: readonly RawPath[] = [],
): Promise<IndexEntry[]> {
  const { stdout } = await git(top, [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    tree,
    '--',
    ...paths.map(shownPath),
  ]);
  return records(stdout).map((record) => {
    const tab = record.indexOf('\t');
    const [mode = '', , oid = ''] = record.slice(0, tab).split(' ');
    return { path: record.slice(tab + 1) as RawPath, mode, oid };
  });
}
