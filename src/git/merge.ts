// Three-way merges in the object store: no work tree and no index is written. Attributes (merge=union, merge drivers)
// are read from the files of the repository's work tree, as git does when it merges there.

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWithin } from '../base/path-names.ts';
import type { RawPath } from '../base/raw-path.ts';
import { GitError, git, records } from './git.ts';
import { blobContent, putBlob } from './objects.ts';
import type { Repository } from './repository.ts';
import { withScratch } from './scratch.ts';
import { type Blob, editTree, entriesAfter, type TreeChange, treeChanges, treeOf } from './tree.ts';

export interface Conflict {
  path: RawPath;
  /** What each side has there: 1 the base, 2 ours, 3 theirs. A missing one has no such file. */
  stages: { 1?: Blob; 2?: Blob; 3?: Blob };
  /** git's word: contents, modify/delete, file/directory, binary, …; `rename` is ours. */
  kind: string;
  message: string;
}

/** The tree of a merge with conflicts holds conflict markers. */
export type Merge = { clean: true; tree: string } | { clean: false; tree: string; conflicts: Conflict[] };

/** Commits. The base must be their one merge base. */
export interface Sides {
  base: string;
  ours: string;
  theirs: string;
  /** From the base to theirs, where that is known already. */
  theirChanges?: readonly TreeChange[];
}

/**
 * Merges two commits. git follows renames and cannot be told not to before 2.44; where it has followed one, by
 * putting an edit of a file that the other side took away into a file of another name, that is a conflict here: tasks
 * run one after the other would not have done so. Throws `GitError` when git fails, which is never a conflict.
 */
export async function merge(repository: Repository, sides: Sides): Promise<Merge> {
  const { ourChanges, theirChanges, apart } = await mergeApart(repository, sides);
  if (apart !== undefined) return { clean: true, tree: apart };
  const { ours, theirs } = sides;
  const args = [
    '-c',
    'merge.directoryRenames=false',
    // What is merged are the bytes of files, see raw-view.ts.
    '-c',
    'merge.renormalize=false',
    'merge-tree',
    '--write-tree',
    '-z',
    '--messages',
    ours,
    theirs,
  ];
  const result = await git(repository.top, args, { accept: [0, 1] });
  const { tree, conflicts } = readMerge(result.stdout);
  // Commits that cannot be merged at all end with 1 as well, and with nothing said.
  if (tree === '') throw new GitError(args, result.exitCode, '', `${ours} and ${theirs} cannot be merged`);
  const told = new Set(conflicts.map(({ path }) => path));
  const followed = renamesFollowed(ourChanges, theirChanges).filter(({ path }) => !told.has(path));
  const all = [...conflicts, ...followed].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (all.length === 0 && result.exitCode === 0) return { clean: true, tree };
  return { clean: false, tree, conflicts: all };
}

/** What each side has changed; and the merge, where the two have nothing to do with each other. Of trees as well as of commits. */
export async function mergeApart(
  repository: Repository,
  { base, ours, theirs, theirChanges: known }: Sides,
): Promise<{ ourChanges: readonly TreeChange[]; theirChanges: readonly TreeChange[]; apart?: string }> {
  const [ourChanges, theirChanges] = await Promise.all([
    treeChanges(repository, base, ours),
    known ?? treeChanges(repository, base, theirs),
  ]);
  if (!areApart(ourChanges, theirChanges)) return { ourChanges, theirChanges };
  const tree = await treeOf(repository, ours);
  return { ourChanges, theirChanges, apart: await editTree(repository, tree, entriesAfter(theirChanges)) };
}

/**
 * Whether no path of one side is a path of the other or a folder above one: then the changes of both are the merge. A file that
 * one side has given another name is there, too, as it was, for the other has not touched it.
 */
export function areApart(ours: readonly TreeChange[], theirs: readonly TreeChange[]): boolean {
  const isBeside = (one: readonly TreeChange[], other: readonly TreeChange[]): boolean => {
    const taken = new Set(other.map(({ path }) => path));
    return !one.some(({ path }) => isWithin(path, taken));
  };
  return isBeside(theirs, ours) && isBeside(ours, theirs);
}

/**
 * A path that one side removed and the other changed. When git has no quarrel with it, it found the file under
 * another name.
 */
function renamesFollowed(ours: readonly TreeChange[], theirs: readonly TreeChange[]): Conflict[] {
  const other = new Map(theirs.map((change) => [change.path, change]));
  return ours.flatMap(({ path, before, after }) => {
    const their = other.get(path);
    if (their === undefined || (after === undefined) === (their.after === undefined)) return [];
    const stages = {
      ...(before && { 1: before }),
      ...(after && { 2: after }),
      ...(their.after && { 3: their.after }),
    };
    const message = 'one side changes the file, the other takes it away or gives it another name';
    return [{ path, stages, kind: 'rename', message }];
  });
}

/**
 * Reads `tree NUL (mode oid stage TAB path NUL)* NUL (count NUL path* kind NUL message NUL)*`. A path that git had to
 * set aside, `d~side`, is told by its own name, which the message gives.
 */
function readMerge(stdout: Buffer): { tree: string; conflicts: Conflict[] } {
  const fields = records(stdout);
  const tree = fields[0] ?? '';
  const conflicts = new Map<string, Conflict>();
  let at = 1;
  for (; at < fields.length && fields[at] !== ''; at += 1) {
    const [, mode = '', oid = '', stage = '', path = ''] =
      /^(\d+) (\w+) ([123])\t([\s\S]*)$/.exec(fields[at] ?? '') ?? [];
    const conflict = conflicts.get(path) ?? { path: path as RawPath, stages: {}, kind: '', message: '' };
    conflict.stages[Number(stage) as 1 | 2 | 3] = { mode, oid };
    conflicts.set(path, conflict);
  }
  for (at += 1; at < fields.length; ) {
    const paths = fields.slice(at + 1, at + 1 + Number(fields[at]));
    at += 1 + paths.length;
    const kind = /^CONFLICT \((.*)\)$/.exec(fields[at] ?? '')?.[1];
    const message = Buffer.from(fields[at + 1] ?? '', 'latin1')
      .toString('utf8')
      .trim();
    at += 2;
    const conflict = paths.map((path) => conflicts.get(path)).find((each) => each?.kind === '');
    if (kind === undefined || conflict === undefined) continue;
    Object.assign(conflict, { kind, message });
    const [first = '', second] = paths;
    if (second !== undefined && first.startsWith(`${second}~`)) conflict.path = second as RawPath;
  }
  return { tree, conflicts: [...conflicts.values()] };
}

/**
 * One file's three sides merged, every conflict decided one way, as a new blob; undefined for what is not text. A
 * missing base is an empty file. This is for a path whose `merge` conflicted in its contents.
 */
export async function mergeFile(
  repository: Repository,
  sides: { base?: string; ours: string; theirs: string },
  favour: 'ours' | 'theirs' | 'union',
): Promise<string | undefined> {
  return withScratch(tmpdir(), async (folder) => {
    const files = await Promise.all(
      (['ours', 'base', 'theirs'] as const).map(async (side) => {
        const file = join(folder, side);
        const oid = sides[side];
        const content = oid && (await blobContent(repository, oid));
        writeFileSync(file, content ?? '');
        return file;
      }),
    );
    const args = ['merge-file', '-q', '-p', `--${favour}`, ...files];
    const merged = await git(repository.top, args, { accept: [0, 255] });
    return merged.exitCode === 255 ? undefined : putBlob(repository, merged.stdout);
  });
}
