// The files that a task was seen with, to those that it may declare, by what they are; the rest is counted. Looks at the disk.

import { look } from '../base/look.ts';
import { ancestorsOf, foldersOf, parentOf } from '../base/path-names.ts';
import { locate, type RawPath, rawPath, shownPath } from '../base/raw-path.ts';
import type { LeftOut, LeftOutBecause } from '../model/learned.ts';
import type { FileUse } from '../run/tracing/file-use.ts';
import { kindOf } from './folder-tree.ts';
import { noiseOf } from './noise.ts';
import type { RepositoryFiles } from './repository-files.ts';

/** Paths as people read them, relative to the root, sorted. */
export interface SortedFiles {
  reads: string[];
  /** Of these those that git ignores: somebody has made them. */
  ignoredReads: ReadonlySet<string>;
  writes: string[];
  /** What lies where the task has written, for a folder to be told from a part of it. */
  aroundWrites: string[];
  /** Of the root it is ''. */
  listed: string[];
  leftOut: LeftOut[];
}

export interface SortOptions {
  files: RepositoryFiles;
  /** Whether another task declares to write it. */
  isAnothers(path: string): boolean;
  /** Whether the task itself does. */
  isOwn(path: string): boolean;
}

/** Of what is left out. */
const MOST_EXAMPLES = 3;

export async function sortFiles(
  use: FileUse,
  { files, isAnothers, isOwn }: SortOptions,
): Promise<SortedFiles> {
  const left = new Tally();
  left.count('temporary', use.temporary);
  const isThere = (path: string): boolean => look(locate(files.root, rawPath(path))) !== undefined;

  /** What of a path may be declared. */
  const place = (path: RawPath): RawPath | undefined => {
    const inside = files.inside(path);
    if (inside === undefined) {
      left.count('outside');
      return undefined;
    }
    const noise = noiseOf(shownPath(inside), isThere);
    if (noise === undefined) return inside;
    left.add(noise, shownPath(inside));
    return undefined;
  };

  const reads = new Set<RawPath>();
  for (const path of use.reads) {
    const inside = place(path);
    if (inside === undefined || files.kind(inside) === 'folder') continue;
    for (const file of files.behind(inside)) {
      if (file === 'outside') left.count('outside');
      else if (files.kind(file) !== 'folder' && noiseOf(shownPath(file), isThere) === undefined)
        reads.add(file);
    }
  }

  for (const path of walkedFiles(use, files, reads)) {
    reads.delete(path);
    left.add('walked', shownPath(path));
  }

  const writes = new Set<RawPath>();
  const folders: RawPath[] = [];
  for (const path of [...use.writes, ...use.moved]) {
    const inside = place(path);
    if (inside === undefined) continue;
    if (files.kind(inside) === 'folder') folders.push(inside);
    else writes.add(inside);
  }
  for (const path of await files.below(folders)) writes.add(path);
  // A folder that is gone.
  for (const folder of foldersOf(writes)) writes.delete(folder);

  const visible = new Set(files.visible);
  const unseen = [...reads].filter((path) => !visible.has(path));
  const ignored = await files.ignoredAmong(unseen);
  const made = madeFolders(writes, visible);
  const isOutput = (path: RawPath): boolean => {
    if (writes.has(path)) return ignored.has(path) || !files.hasGit || !visible.has(path);
    if (!ignored.has(path) || isAnothers(shownPath(path))) return false;
    return (
      isOwn(shownPath(path)) || ancestorsOf(path).some((folder) => made.has(folder)) || isBeside(path, writes)
    );
  };
  for (const path of [...reads].filter(isOutput)) {
    reads.delete(path);
    // What an earlier run has made says how far the folder is the task's.
    writes.add(path);
    left.add('outputs', shownPath(path));
  }

  const around = await files.below([...made]);
  return {
    reads: shown(reads),
    ignoredReads: new Set(shown([...ignored].filter((path) => reads.has(path)))),
    writes: shown(writes),
    aroundWrites: shown(new Set([...visible, ...around])),
    listed: await listedFolders(use.listed, files, isThere),
    leftOut: left.all(),
  };
}

/** Few names in the root tell nothing. */
const MANY = 3;

/**
 * Who looks for tests, say, asks of each name that it finds what it is. In the root those are files of all kinds, which mean nothing to
 * it unless it opens them.
 */
function walkedFiles(use: FileUse, files: RepositoryFiles, reads: ReadonlySet<RawPath>): RawPath[] {
  const inRoot = files.visible.filter((path) => !path.includes('/'));
  const isWalked =
    use.listed.some((path) => files.folderInside(path) === '') &&
    inRoot.length >= MANY &&
    inRoot.every((path) => reads.has(path) || files.kind(path) !== 'file');
  if (!isWalked) return [];
  const looks = new Set(use.looks.map((path) => files.inside(path)));
  return [...reads].filter((path) => !path.includes('/') && looks.has(path));
}

/** Those of the user's. */
async function listedFolders(
  listed: readonly RawPath[],
  files: RepositoryFiles,
  isThere: (path: string) => boolean,
): Promise<string[]> {
  const inside = listed.flatMap((path) => files.folderInside(path) ?? []);
  const some = inside.filter((path) => noiseOf(`${shownPath(path)}/`, isThere) === undefined);
  const ignored = await files.ignoredAmong(some.filter((path) => path !== ''));
  return shown(some.filter((path) => !ignored.has(path)));
}

const shown = (paths: Iterable<RawPath>): string[] => [...paths].map(shownPath).sort();

/** The outermost folders of what was written that had nothing of the user's in them. */
function madeFolders(writes: ReadonlySet<RawPath>, visible: ReadonlySet<RawPath>): Set<RawPath> {
  const users = foldersOf(visible);
  const made = new Set<RawPath>();
  for (const path of writes) {
    const folder = ancestorsOf(path).find((each) => !users.has(each));
    if (folder !== undefined) made.add(folder);
  }
  return made;
}

/** Objects beside their sources: of one kind, in one folder. */
function isBeside(path: RawPath, writes: ReadonlySet<RawPath>): boolean {
  const kind = kindOf(path);
  return (
    kind !== '' && [...writes].some((other) => parentOf(other) === parentOf(path) && kindOf(other) === kind)
  );
}

class Tally {
  readonly #counts = new Map<LeftOutBecause, number>();
  readonly #examples = new Map<LeftOutBecause, string[]>();

  count(because: LeftOutBecause, files = 1): void {
    if (files > 0) this.#counts.set(because, (this.#counts.get(because) ?? 0) + files);
  }

  add(because: LeftOutBecause, path: string): void {
    const examples = this.#examples.get(because) ?? [];
    this.#examples.set(because, examples);
    if (examples.length < MOST_EXAMPLES) examples.push(path);
    this.count(because);
  }

  all(): LeftOut[] {
    return [...this.#counts].map(([because, files]) => ({
      ...{ because, files },
      examples: this.#examples.get(because) ?? [],
    }));
  }
}
