// The two places that a transaction works on: the user's tree and a folder of its own. Never reaches through a link.

import { type BigIntStats, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { look, permissionsOf } from '../base/look.ts';
import { ancestorsOf, parentOf } from '../base/path-names.ts';
import { type FsPath, fsNameOf, locate, type RawPath } from '../base/raw-path.ts';
import { RealFolder } from '../base/real-folder.ts';

const UNREACHED = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** What the owner needs to find, read and change what is in a folder. */
const OPEN = 0o700;

export class Ground {
  readonly root: string;
  readonly folder: string;
  /** The folder of the tree that was held last: what comes next most often lies in the same one. */
  #held: { path: RawPath; folder: RealFolder } | undefined;

  constructor(root: string, folder: string) {
    this.root = root;
    this.folder = folder;
  }

  at(path: RawPath): FsPath {
    return locate(this.root, path);
  }

  fresh(n: number): string {
    return `${this.folder}/new/${n}`;
  }

  before(n: number): string {
    return join(this.folder, 'before', String(n));
  }

  leaving(n: number): string {
    return join(this.folder, 'before', `f${n}`);
  }

  /** Beside a path of the tree, under a name that is nobody else's. */
  draft(path: RawPath, token: string, n: number): FsPath {
    const folder = parentOf(path);
    return this.at(`${folder === '' ? '' : `${folder}/`}.ptask-${token}-${n}` as RawPath);
  }

  /**
   * A path by which nothing else is reached until `release`, whatever is put in the place of the folders above it; undefined where
   * these are not all folders. To be released before anything is waited for, and before a folder comes or goes.
   */
  hold(path: RawPath): FsPath | undefined {
    const folder = parentOf(path);
    if (this.#held?.path !== folder) {
      this.release();
      const held = orElse(() => this.#enter(folder), undefined, ...UNREACHED);
      if (held === undefined) return undefined;
      this.#held = { path: folder, folder: held };
    }
    return this.#held.folder.pathOf(fsNameOf(path.slice(folder === '' ? 0 : folder.length + 1) as RawPath));
  }

  release(): void {
    this.#held?.folder.close();
    this.#held = undefined;
  }

  #enter(path: RawPath): RealFolder | undefined {
    let held = RealFolder.at(this.root);
    for (const name of path === '' ? [] : path.split('/')) {
      const above = held;
      try {
        const entered = above.enter(fsNameOf(name as RawPath));
        if (entered === undefined) return undefined;
        held = entered.folder;
      } finally {
        above.close();
      }
    }
    return held;
  }

  /** Whether all that is above a path are folders, and no links to folders. */
  isReachable(path: RawPath): boolean {
    return ancestorsOf(path).every((folder) => look(this.at(folder))?.isDirectory());
  }

  /** Undefined where there is nothing in the root. */
  look(path: RawPath): BigIntStats | undefined {
    return this.isReachable(path) ? look(this.at(path)) : undefined;
  }

  setMode(folder: RawPath, mode: number): void {
    const stats = this.look(folder);
    if (stats?.isDirectory() && permissionsOf(stats) !== mode) chmodSync(this.at(folder), mode);
  }

  /** Lets us change what is in a folder, which may be read-only. */
  unlock(folder: RawPath): void {
    const stats = this.look(folder);
    if (stats !== undefined) this.setMode(folder, permissionsOf(stats) | OPEN);
  }
}

export const isLocked = (mode: number): boolean => (mode & OPEN) !== OPEN;
