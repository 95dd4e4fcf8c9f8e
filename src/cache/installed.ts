// What package managers say of what is installed. A lock file says what is to be installed, these say what is.

import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { findGitFolder } from '../base/git-folder.ts';
import { look, millisecondsOf } from '../base/look.ts';
import { fingerprintOf } from '../base/stat-fingerprint.ts';
import { oidOfFile } from '../store/content.ts';
import type { StatCache } from '../store/stat-cache.ts';

const NAMES = ['.package-lock.json', '.pnpm/lock.yaml', '.yarn-state.yml'];

/** By path relative to the root, which may lead out of it: npm finds packages in all folders above. */
export type Installed = readonly (readonly [path: string, oid: string])[];

/** Of the folders from which a task's programs find packages. */
export class InstalledPackages {
  readonly #root: string;
  readonly #cache: StatCache;
  readonly #top: string;
  readonly #known = new Map<string, Promise<Installed>>();

  constructor(root: string, cache: StatCache) {
    this.#root = root;
    this.#cache = cache;
    this.#top = findGitFolder(root)?.top ?? root;
  }

  /** Something may have been installed. */
  outdated(): void {
    this.#known.clear();
  }

  /** @param cwd of the task, relative to the root */
  of(cwd: string): Promise<Installed> {
    let found = this.#known.get(cwd);
    if (found === undefined) {
      found = this.#find(cwd);
      this.#known.set(cwd, found);
    }
    return found;
  }

  async #find(cwd: string): Promise<Installed> {
    const found: [string, string][] = [];
    for (let folder = resolve(this.#root, cwd); ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules');
      if (existsSync(modules))
        for (const name of NAMES) {
          const path = join(modules, name);
          const oid = await this.#oidOf(path);
          if (oid !== undefined) found.push([relative(this.#root, path).split(sep).join('/'), oid]);
        }
      if (folder === this.#top || folder === dirname(folder)) return found;
    }
  }

  async #oidOf(path: string): Promise<string | undefined> {
    const stats = look(path);
    if (!stats?.isFile()) return undefined;
    const print = fingerprintOf(stats);
    const known = this.#cache.get(print);
    if (known !== undefined) return known;
    const now = this.#cache.clock();
    const oid = await oidOfFile(path);
    this.#cache.learn(print, oid, millisecondsOf(stats.ctimeNs), now);
    return oid;
  }
}
