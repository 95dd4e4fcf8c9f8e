// A folder that is held while something is done in it: whoever puts a link in its place meanwhile, or in that of a folder above
// it, does not change where that happens. Node has no `openat`; on Linux the name of the open folder below /proc does as well.
// Elsewhere a folder is looked at again before each use, and whoever uses it confirms afterwards. Unaware of whose it is.

import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { codeOf } from './error-code.ts';
import { look } from './look.ts';
import type { FsPath } from './raw-path.ts';

/** Opens a folder that may be neither read nor searched, too; Node does not name it. The same wherever Node runs on Linux. */
const O_PATH = 0o10000000;

const OPEN_FILES = '/proc/self/fd';
const BIG = { bigint: true } as const;
const OPENED = /^\/proc\/self\/fd\/(\d+)/;

const canHold = process.platform === 'linux' && existsSync(OPEN_FILES);

/** Windows has no such flags, and folders are not opened there. */
const { O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants as { O_DIRECTORY?: number; O_NOFOLLOW?: number };

/** Another folder, or something else, has taken the place of one. */
export class Replaced extends Error {}

export class RealFolder {
  readonly #handle: number | undefined;
  readonly #path: FsPath;
  readonly #follows: boolean;
  #identity: string | undefined;
  #users = 1;

  /** Throws what the disk says. */
  private constructor(path: FsPath, follows: boolean) {
    this.#path = path;
    this.#follows = follows;
    if (canHold) this.#handle = openSync(path, O_PATH | O_DIRECTORY | (follows ? 0 : O_NOFOLLOW));
    else this.#identity = folderAt(path, follows) ?? noFolder(path);
  }

  /** One that somebody else vouches for, links on the way to it included. */
  static at(path: FsPath): RealFolder {
    return new RealFolder(path, true);
  }

  /** Whether it is held, and this path leads to it: then it may be used on. */
  isAt(path: FsPath): boolean {
    if (this.#handle === undefined) return false;
    const stats = look(path);
    this.#identity ??= nameOf(fstatSync(this.#handle, BIG));
    return stats !== undefined && nameOf(stats) === this.#identity;
  }

  /** By which calls of this process reach it, and nothing else, as long as it is held. */
  path(): FsPath {
    if (this.#handle !== undefined) return `${OPEN_FILES}/${this.#handle}`;
    this.confirm();
    return this.#path;
  }

  /** The same of something in it. */
  pathOf(name: FsPath): FsPath {
    const folder = this.path();
    if (typeof folder === 'string' && typeof name === 'string') return `${folder}/${name}`;
    return Buffer.concat([Buffer.from(folder as string), Buffer.from('/'), Buffer.from(name as string)]);
  }

  /**
   * A folder in it; undefined where that is a link. Throws what else the disk says.
   * @param mode makes it where it is not there
   */
  enter(name: FsPath, mode?: number): { folder: RealFolder; isNew: boolean } | undefined {
    const path = this.pathOf(name);
    try {
      return { folder: new RealFolder(path, false), isNew: false };
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'ENOENT' && mode !== undefined) return this.#make(name, mode);
      if (['ENOTDIR', 'ELOOP'].includes(code) && look(path)?.isSymbolicLink()) return undefined;
      throw error;
    }
  }

  #make(name: FsPath, mode: number): { folder: RealFolder; isNew: boolean } | undefined {
    try {
      mkdirSync(this.pathOf(name), mode);
    } catch (error) {
      // Somebody else was quicker.
      if (codeOf(error) !== 'EEXIST') throw error;
      return this.enter(name);
    }
    const made = this.enter(name);
    return made && { ...made, isNew: true };
  }

  /** Throws `Replaced` where it is not held, and has not stayed what it was. */
  confirm(): void {
    if (this.#handle === undefined && folderAt(this.#path, this.#follows) !== this.#identity)
      throw new Replaced(`something else has taken the place of ${this.#path}`);
  }

  /** For somebody else as well, who closes it, too. */
  share(): RealFolder {
    this.#users += 1;
    return this;
  }

  close(): void {
    this.#users -= 1;
    if (this.#users === 0 && this.#handle !== undefined) closeSync(this.#handle);
  }
}

const nameOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

/** Undefined where there is something else. Throws what else the disk says. */
function folderAt(path: FsPath, follows: boolean): string | undefined {
  const stats = (follows ? statSync : lstatSync)(path, BIG);
  return stats.isDirectory() ? nameOf(stats) : undefined;
}

function noFolder(path: FsPath): never {
  throw Object.assign(new Error(`ENOTDIR: not a directory, '${path}'`), {
    code: 'ENOTDIR',
    path: String(path),
  });
}

/** What a call says of a path in a folder that is still held, with the path that people know. Changes the error. */
export function withRealPath(error: unknown): unknown {
  const { path, message } = error as NodeJS.ErrnoException;
  const [opened] = (typeof path === 'string' && OPENED.exec(path)) || [];
  if (opened === undefined) return error;
  const folder = readlinkSync(opened);
  const { dest } = error as { dest?: string };
  return Object.assign(error as Error, {
    path: path?.replace(opened, folder),
    message: message.replaceAll(opened, folder),
    ...(dest !== undefined && { dest: dest.replace(opened, folder) }),
  });
}
