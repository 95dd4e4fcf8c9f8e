// Blobs and trees of the object store, written and read one at a time. Touches no work tree.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { git, gitLine } from './git.ts';
import { dropIndex, type IndexEntry, onIndex, setEntries } from './index-file.ts';
import type { Repository } from './repository.ts';

/** The bytes as they are, without any filter. */
export const putBlob = ({ top }: Repository, content: Buffer): Promise<string> =>
  gitLine(top, ['hash-object', '-w', '--stdin', '--no-filters'], { input: content });

export async function blobContent({ top }: Repository, oid: string): Promise<Buffer> {
  return (await git(top, ['cat-file', 'blob', oid])).stdout;
}

/** The same tree with other entries; see `removal`. `scratch` is a folder for a private index. */
export async function editTree(
  { top }: Repository,
  tree: string,
  entries: readonly IndexEntry[],
  scratch: string,
): Promise<string> {
  if (entries.length === 0) return tree;
  mkdirSync(scratch, { recursive: true });
  const index = join(scratch, 'edit');
  dropIndex(index);
  await git(top, ['read-tree', tree], onIndex(index));
  await setEntries(top, index, entries);
  return gitLine(top, ['write-tree'], onIndex(index));
}
