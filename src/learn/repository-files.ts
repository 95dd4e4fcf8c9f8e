// What the disk and git say of the files that a task was seen with. Looks only.

import { realpathSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { ancestorsOf } from '../base/path-names.ts';
import { locate, type RawPath, rawPath, rawPathOf, shownPath } from '../base/raw-path.ts';
import { fromTop, toTop } from '../git/prefix.ts';
import { findRepository, ignored, type Repository } from '../git/repository.ts';
import { visibleFiles } from '../git/visible-files.ts';
import { walk } from '../store/walk.ts';
import { NOISE_FOLDERS } from './noise.ts';

/** A folder with what was in it before anything ran. */
export class RepositoryFiles {
  readonly root: string;
  /** What git sees; without git all files but those of packages and caches. Sorted. */
  readonly visible: readonly RawPath[];
  readonly #repository: Repository | undefined;
  readonly #roots: readonly string[];
  readonly #links = new Map<RawPath, boolean>();

  private constructor(root: string, visible: readonly RawPath[], repository: Repository | undefined) {
    this.root = root;
    this.visible = visible;
    this.#repository = repository;
    this.#roots = [...new Set([root, realpathSync.native(root)])].map((each) => rawPath(each));
  }

  static async open(root: string): Promise<RepositoryFiles> {
    const repository = findRepository(root);
    const visible = repository === undefined ? await allBut(root) : await visibleFiles(repository);
    return new RepositoryFiles(root, visible, repository);
  }

  get hasGit(): boolean {
    return this.#repository !== undefined;
  }

  /** Relative to the root; undefined for what is outside of it, and for the root itself. */
  inside(path: RawPath): RawPath | undefined {
    const root = this.#roots.find((each) => path.startsWith(`${each}/`));
    return root === undefined ? undefined : (path.slice(root.length + 1) as RawPath);
  }

  absolute(shown: string): RawPath {
    return `${rawPath(this.root)}/${rawPath(shown)}` as RawPath;
  }

  /** The same of a folder, which may be the root: ''. */
  folderInside(path: RawPath): RawPath | undefined {
    return this.#roots.includes(path) ? ('' as RawPath) : this.inside(path);
  }

  kind(path: RawPath): 'file' | 'folder' | 'link' | 'absent' {
    const stats = orElse(() => look(locate(this.root, path)), undefined);
    if (stats === undefined) return 'absent';
    if (stats.isSymbolicLink()) return 'link';
    return stats.isDirectory() ? 'folder' : 'file';
  }

  /** The files that it takes to read a path: itself, or the link on the way and what that leads to. */
  behind(path: RawPath): (RawPath | 'outside')[] {
    const link = [...ancestorsOf(path), path].find((each) => this.#isLink(each));
    if (link === undefined) return [path];
    const at = locate(this.root, path);
    const real = orElse(() => rawPathOf(realpathSync.native(at, { encoding: 'buffer' })), undefined);
    return [link, ...(real === undefined ? [] : [this.inside(real) ?? ('outside' as const)])];
  }

  #isLink(path: RawPath): boolean {
    const known = this.#links.get(path) ?? this.kind(path) === 'link';
    this.#links.set(path, known);
    return known;
  }

  /** Of these paths those that git ignores; none without git. */
  async ignoredAmong(paths: Iterable<RawPath>): Promise<Set<RawPath>> {
    const repository = this.#repository;
    if (repository === undefined) return new Set();
    const { prefix } = repository;
    const found = await ignored(
      repository,
      [...paths].map((path) => toTop(prefix, path)),
    );
    return new Set([...found].map((path) => fromTop(prefix, path)));
  }

  /** Files below folders. */
  async below(folders: readonly RawPath[]): Promise<RawPath[]> {
    if (folders.length === 0) return [];
    const { files } = await walk(this.root, {
      prefixes: folders.map(shownPath),
      matches: () => true,
      most: MOST,
    });
    return files;
  }
}

/** Files below folders that tasks have made: with more of them it makes no difference. */
const MOST = 100_000;

async function allBut(root: string): Promise<RawPath[]> {
  const noise = new Set(NOISE_FOLDERS);
  const { files } = await walk(root, { prefixes: [''], matches: () => true, most: MOST });
  return files.filter((path) => !path.split('/').some((name) => noise.has(name)));
}
