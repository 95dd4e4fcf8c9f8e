// What a task has left, as one `Tree` for all of it: for a result that would name more files than a message holds. Pure.

import { posix } from 'node:path';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import { digestOf } from '../cache/action.ts';
import { merkleTree, type TreeNode } from '../cache/merkle.ts';
import { bufferOf, message } from '../cache/protobuf.ts';
import type { RecordedPath } from '../cache/record.ts';
import { type Source, sourceOf } from './contents.ts';

export interface KeptTree {
  /** The folder that it is of: the innermost one that holds all of it, relative to the task's. */
  path: string;
  source: Source;
}

/** @param cwd of the task */
export function keptTree(cwd: string, changes: readonly RecordedPath[]): KeptTree {
  const nodes = changes.flatMap((change): [RawPath, TreeNode][] => {
    const { kind, path } = change;
    if (kind === 'link') return [[path, { kind, target: change.target }]];
    if (kind !== 'file') return [];
    const { oid, size, mode } = change;
    return [[path, { kind, oid, size, isExecutable: (mode & 0o100) !== 0 }]];
  });
  const folder = commonFolder(nodes.map(([path]) => path));
  const start = folder === '' ? 0 : folder.length + 1;
  const { root, directories } = merkleTree(nodes.map(([path, node]) => [path.slice(start) as RawPath, node]));
  // `Tree`: root = 1, children = 2.
  const all = [...directories].reverse();
  const written = all.map(([hash, each]) => message(hash === root.hash ? 1 : 2, each.toString('latin1')));
  const bytes = bufferOf(written.join(''));
  return { path: posix.relative(cwd, shownPath(folder)), source: sourceOf(digestOf(bytes), bytes) };
}

function commonFolder(paths: readonly RawPath[]): RawPath {
  let common: string[] | undefined;
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    const differs = common?.findIndex((part, at) => part !== parts[at]) ?? -1;
    common = common === undefined ? parts : differs < 0 ? common : common.slice(0, differs);
  }
  return (common ?? []).join('/') as RawPath;
}
