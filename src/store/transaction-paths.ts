// The two places that a transaction works on: the user's tree and a folder of its own. Never reaches through a link.

import { type BigIntStats, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { look, permissionsOf } from '../base/look.ts';
import { ancestorsOf, parentOf } from '../base/path-names.ts';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';

/** What the owner needs to find, read and change what is in a folder. */
const OPEN = 0o700;

export class Ground {
  readonly root: string;
  readonly folder: string;

  constructor(root: string, folder: string) {
    this.root = root;
    this.folder = folder;
  }

  at(path: RawPath): FsPath {
    return locate(this.root, path);
  }

  fresh(n: number): string {
    return join(this.folder, 'new', String(n));
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
