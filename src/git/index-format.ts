// What the bytes of an index file say: its entries, the trees that it knows, and with what it is summed up. Unaware of the disk.
//
// The format: https://git-scm.com/docs/index-format, versions 2 to 4.

import { createHash } from 'node:crypto';
import type { RawPath } from '../base/raw-path.ts';

/** Told from the bytes when it is asked: most readers ask little, of few of them. */
export class StatEntry {
  readonly #bytes: Buffer;
  /** Where it begins. */
  readonly at: number;
  readonly #flagsAt: number;
  readonly #pathAt: number;
  readonly #pathEnd: number;
  #path: RawPath | undefined;

  /** @param path where it is not told as a whole */
  constructor(
    bytes: Buffer,
    at: number,
    [flagsAt, pathAt, pathEnd]: readonly [flagsAt: number, pathAt: number, pathEnd: number],
    path?: string,
  ) {
    this.#bytes = bytes;
    this.at = at;
    this.#flagsAt = flagsAt;
    this.#pathAt = pathAt;
    this.#pathEnd = pathEnd;
    this.#path = path as RawPath | undefined;
  }

  get path(): RawPath {
    this.#path ??= this.#bytes.toString('latin1', this.#pathAt, this.#pathEnd) as RawPath;
    return this.#path;
  }

  /** As git writes it, in octal digits. */
  get mode(): string {
    return this.#bytes.readUInt32BE(this.at + MODE).toString(8);
  }

  /** Which side of a conflict it is; 0 where there is none. */
  get stage(): number {
    return (this.#bytes.readUInt16BE(this.#flagsAt) & STAGE) >> 12;
  }

  /** Whether the file on the disk is not to count: `--assume-unchanged`, `--skip-worktree`. */
  get isHidden(): boolean {
    const isAssumed = (this.#bytes.readUInt16BE(this.#flagsAt) & ASSUMED) !== 0;
    return isAssumed || (extendedFlags(this.#bytes, this.#flagsAt) & SKIPPED) !== 0;
  }

  /** Whether its content is still to be added: `git add -N`. */
  get isIntended(): boolean {
    return (extendedFlags(this.#bytes, this.#flagsAt) & INTENT) !== 0;
  }

  /** @param length of a hash, in bytes */
  oidIn(length: number): string {
    return this.#bytes.toString('hex', this.at + STAT, this.at + STAT + length);
  }

  /** Of an index of the same version. */
  saysTheSameAs(other: StatEntry): boolean {
    const [end, otherEnd] = [this.#pathEnd, other.#pathEnd];
    const isSame = this.#bytes.compare(other.#bytes, other.at, otherEnd, this.at, end) === 0;
    // In some versions the bytes tell no more than the end of a path.
    return isSame && (this.#path === other.#path || this.path === other.path);
  }
}

/** A folder of which the index knows the tree. */
export interface KnownTree {
  /** How many entries are in it. */
  count: number;
  oid: string;
}

export const HEADER = 12;
const FLAGS = 2;
/** Bytes of what an entry begins with: ctime, mtime, dev, ino, mode, uid, gid and size. */
export const STAT = 40;
export const MODE = 24;
const EXTENDED = 0x4000;
/** Of the flags. */
const PATH_LENGTH = 0xfff;
const STAGE = 0x3000;
const ASSUMED = 0x8000;
/** Of the extended ones. */
const SKIPPED = 0x4000;
export const INTENT = 0x2000;
/** The version in which a path is told by what it has in common with the one before. */
const COMPRESSED = 4;
/** What it says of files stands elsewhere, or it says nothing of some: a split index, one of folders, a damaged one. */
export class NotPlain extends Error {}

/** Told by which sum at its end is right; where git was told to leave it out, it is all zero. */
export function hashLengthOf(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, 4) !== 'DIRC') throw new NotPlain('it is no index file');
  const isRight = (algorithm: string, length: number): boolean => {
    const said = bytes.subarray(-length);
    return createHash(algorithm).update(bytes.subarray(0, -length)).digest().equals(said);
  };
  const isZero = (length: number): boolean => bytes.subarray(-length).every((byte) => byte === 0);
  if (isRight('sha1', 20)) return 20;
  if (isRight('sha256', 32) || isZero(32)) return 32;
  if (isZero(20)) return 20;
  throw new NotPlain('its sum is not right');
}

export function entriesIn(bytes: Buffer, hashLength: number): { entries: StatEntry[]; end: number } {
  const [version, count] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
  if (version < 2 || version > COMPRESSED) throw new NotPlain(`its version is ${version}`);
  const entries: StatEntry[] = [];
  let at = HEADER;
  let last: string | undefined;
  for (let index = 0; index < count; index++) {
    const flagsAt = at + STAT + hashLength;
    const flags = bytes.readUInt16BE(flagsAt);
    let pathAt = flagsAt + FLAGS + (flags & EXTENDED ? 2 : 0);
    let common: string | undefined;
    if (version === COMPRESSED) {
      const { value, next } = numberAt(bytes, pathAt);
      common = last?.slice(0, last.length - value) ?? '';
      pathAt = next;
    }
    // The flags tell how long the path is, unless it is too long for them.
    const told = common === undefined ? flags & PATH_LENGTH : PATH_LENGTH;
    const pathEnd = told < PATH_LENGTH ? pathAt + told : bytes.indexOf(0, pathAt);
    last = common === undefined ? undefined : common + bytes.toString('latin1', pathAt, pathEnd);
    entries.push(new StatEntry(bytes, at, [flagsAt, pathAt, pathEnd], last));
    at = version === COMPRESSED ? pathEnd + 1 : at + ((pathEnd - at + 8) & ~7);
  }
  return { entries, end: at };
}

export const extendedFlags = (bytes: Buffer, flagsAt: number): number =>
  bytes.readUInt16BE(flagsAt) & EXTENDED ? bytes.readUInt16BE(flagsAt + 2) : 0;

/** Of its extensions the one that is of use; those that change what the entries say make it one that is not plain. */
export function treesIn(bytes: Buffer, hashLength: number, start: number): Map<string, KnownTree> {
  const found = new Map<string, KnownTree>();
  const end = bytes.length - hashLength;
  for (let at = start; at + 8 <= end; at += 8 + bytes.readUInt32BE(at + 4)) {
    const extension = bytes.toString('latin1', at, at + 4);
    if (extension === 'link' || extension === 'sdir') throw new NotPlain(`it has the extension ${extension}`);
    if (extension === 'TREE') readTrees(bytes, hashLength, at + 8, '', found);
  }
  return found;
}

/** One folder with those in it: its name, NUL, how many entries, how many folders, and the tree unless that is not known. */
function readTrees(
  bytes: Buffer,
  hashLength: number,
  start: number,
  parent: string,
  found: Map<string, KnownTree>,
): number {
  const nameEnd = bytes.indexOf(0, start);
  const lineEnd = bytes.indexOf(10, nameEnd);
  const name = bytes.toString('latin1', start, nameEnd);
  const folder = name === '' ? '' : `${parent}${name}/`;
  const [count = -1, folders = 0] = bytes
    .toString('latin1', nameEnd + 1, lineEnd)
    .split(' ')
    .map(Number);
  let at = lineEnd + 1;
  if (count >= 0) {
    found.set(folder, { count, oid: bytes.toString('hex', at, at + hashLength) });
    at += hashLength;
  }
  for (let each = 0; each < folders; each++) at = readTrees(bytes, hashLength, at, folder, found);
  return at;
}

/** As packs have their offsets. */
function numberAt(bytes: Buffer, start: number): { value: number; next: number } {
  let at = start;
  let byte = bytes[at++] as number;
  let value = byte & 0x7f;
  while (byte & 0x80) {
    byte = bytes[at++] as number;
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return { value, next: at };
}
