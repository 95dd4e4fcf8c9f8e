// Repositories that a task has made inside the one it works in: git holds nothing of them, so they are carried over file by
// file, with all that is theirs.

import { lstatSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import { allBelow } from '../../../store/walk.ts';

export class MadeRepositories {
  readonly #root: string;
  readonly #folders: ReadonlySet<string>;

  /**
   * @param root of the config in the worktree
   * @param nested folders that are repositories, relative to it, as shown
   * @param declared files that the task declares to write, which may lie in others that git ignores
   */
  constructor(root: string, nested: Iterable<string>, declared: Iterable<string>) {
    this.#root = root;
    const found = new Set(nested);
    const known = new Map<string, boolean>();
    const isRepository = (folder: string): boolean => {
      const is = known.get(folder) ?? isThere(join(root, folder, '.git'));
      known.set(folder, is);
      return is;
    };
    for (const path of declared) {
      const folder = foldersAbove(path).find(isRepository);
      if (folder !== undefined) found.add(folder);
    }
    this.#folders = found;
  }

  holds(path: string): boolean {
    return this.#folders.size > 0 && foldersAbove(path).some((folder) => this.#folders.has(folder));
  }

  /**
   * All of their files and links, and the folders that no file stands for. Throws where a repository's data lie elsewhere, in folders that go with the worktree or
   * know it by its place.
   */
  content(gone: readonly string[]): { files: RawPath[]; empty: RawPath[] } {
    const all = [...this.#folders].map((folder) => {
      const data = dataOf(join(this.#root, folder));
      if (gone.some((one) => data === one || data.startsWith(one + sep)))
        throw new Error(
          `${folder} is a submodule or a worktree that it has added, whose data cannot be taken along`,
        );
      return allBelow(this.#root, rawPath(folder));
    });
    return { files: all.flatMap(({ files }) => files), empty: all.flatMap(({ empty }) => empty) };
  }
}

/** Git's own files, which nobody wants to read of in a report. */
export const isOfGit = (path: RawPath): boolean => /(?:^|\/)\.git\//.test(shownPath(path));

/** Where a repository has its data; one that has them with it, in itself. */
function dataOf(folder: string): string {
  const entry = join(folder, '.git');
  if (!lstatSync(entry).isFile()) return '';
  const named = /^gitdir: (.*?)\n*$/s.exec(readFileSync(entry, 'utf8'))?.[1];
  return named === undefined ? '' : resolve(folder, named);
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** From the outermost inwards. */
function foldersAbove(path: string): string[] {
  const found: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) found.push(path.slice(0, at));
  return found;
}
