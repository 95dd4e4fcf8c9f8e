// What an index file says of the files on the disk: git takes a file for unchanged as long as that is true. Changed in place,
// so that files which got other times or permissions, or were put there for git, need not be read again by it. Unaware
// of what is in the files.

import { createHash } from 'node:crypto';
import { type BigIntStats, readFileSync, writeFileSync } from 'node:fs';
import type { RawPath } from '../base/raw-path.ts';
import { git } from './git.ts';
import { copyIndex, onIndex } from './index-file.ts';
import {
  entriesIn,
  extendedFlags,
  hashLengthOf,
  INTENT,
  type KnownTree,
  MODE,
  NotPlain,
  STAT,
  type StatEntry,
  treesIn,
} from './index-format.ts';

const SECOND = 1_000_000_000n;

export class IndexStat {
  readonly #bytes: Buffer;
  readonly #hashLength: number;
  readonly entries: readonly StatEntry[];
  /** By folder, with a `/` behind; '' is the top. */
  readonly trees: ReadonlyMap<string, KnownTree>;

  /** Throws `NotPlain`. */
  constructor(file: string) {
    this.#bytes = readFileSync(file);
    this.#hashLength = hashLengthOf(this.#bytes);
    const { entries, end } = entriesIn(this.#bytes, this.#hashLength);
    this.entries = entries;
    this.trees = treesIn(this.#bytes, this.#hashLength, end);
  }

  /** Of a path in conflict the first of its sides. */
  entryOf(path: RawPath): StatEntry | undefined {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle] as StatEntry).path < path) low = middle + 1;
      else high = middle;
    }
    const found = this.entries[low];
    return found?.path === path ? found : undefined;
  }

  /** Whether what the entry says is true of a file: by its times, its inode and its size, as git decides. */
  isOf({ at }: StatEntry, { ctimeNs, mtimeNs, ino, size }: BigIntStats): boolean {
    const said = [0, 4, 8, 12, 20, 36].map((offset) => this.#bytes.readUInt32BE(at + offset));
    const is = [ctimeNs / SECOND, ctimeNs % SECOND, mtimeNs / SECOND, mtimeNs % SECOND, ino, size];
    return is.every((value, index) => low(value) === said[index]);
  }

  /** The paths of which an older state of this index says anything else, be it only of a time. */
  changedSince(older: IndexStat): RawPath[] {
    if (older === this || older.#bytes.equals(this.#bytes)) return [];
    const [was, is] = [older.entries, this.entries];
    const changed: RawPath[] = [];
    for (let [old, now] = [0, 0]; old < was.length || now < is.length; ) {
      const [before, after] = [was[old], is[now]];
      if (before !== undefined && after?.saysTheSameAs(before)) {
        old += 1;
        now += 1;
        continue;
      }
      const isOld = after === undefined || (before !== undefined && before.path <= after.path);
      const isNow = before === undefined || (after !== undefined && after.path <= before.path);
      changed.push((isOld ? before : after)?.path as RawPath);
      if (isOld) old += 1;
      if (isNow) now += 1;
    }
    return [...new Set(changed)];
  }

  /** The name of its content; undefined where it has none: the side of a conflict, what is only meant to be added. */
  contentOf({ at, stage }: StatEntry): string | undefined {
    const flagsAt = at + STAT + this.#hashLength;
    const isIntent = (extendedFlags(this.#bytes, flagsAt) & INTENT) !== 0;
    return stage !== 0 || isIntent ? undefined : this.#bytes.toString('hex', at + STAT, flagsAt);
  }

  /** The second, since 1970, in which the file was last changed in any way, as far as the entry knows. */
  latest({ at }: StatEntry): number {
    return Math.max(this.#bytes.readUInt32BE(at), this.#bytes.readUInt32BE(at + 8));
  }

  /** Whether the file lies on this one, as far as the entry knows. */
  isOnDevice({ at }: StatEntry, dev: bigint): boolean {
    return this.#bytes.readUInt32BE(at + 16) === low(dev);
  }

  /** The mode stays: it is what the entry is, and not what is on the disk. */
  set({ at }: StatEntry, { ctimeNs, mtimeNs, dev, ino, uid, gid, size }: BigIntStats): void {
    const first = [ctimeNs / SECOND, ctimeNs % SECOND, mtimeNs / SECOND, mtimeNs % SECOND, dev, ino];
    for (const [index, value] of first.entries()) this.#bytes.writeUInt32BE(low(value), at + 4 * index);
    for (const [index, value] of [uid, gid, size].entries())
      this.#bytes.writeUInt32BE(low(value), at + MODE + 4 + 4 * index);
  }

  /** The same that an entry of another index says of the file. */
  copy({ at }: StatEntry, from: IndexStat, { at: theirs }: StatEntry): void {
    from.#bytes.copy(this.#bytes, at, theirs, theirs + MODE);
    from.#bytes.copy(this.#bytes, at + MODE + 4, theirs + MODE + 4, theirs + STAT);
  }

  /** Nothing that could be true of a file: git will read it. */
  forget({ at }: StatEntry): void {
    this.#bytes.fill(0, at, at + MODE).fill(0, at + MODE + 4, at + STAT);
  }

  write(file: string): void {
    const end = this.#bytes.length - this.#hashLength;
    const hash = createHash(this.#hashLength === 20 ? 'sha1' : 'sha256');
    hash.update(this.#bytes.subarray(0, end)).digest().copy(this.#bytes, end);
    writeFileSync(file, this.#bytes);
  }
}

/**
 * A copy of a work tree's own index that says all itself: of a split one the other half lies where only that work tree's
 * git looks for it. Undefined where there is none.
 */
export async function plainCopy(top: string, from: string, to: string): Promise<IndexStat | undefined> {
  if (copyIndex(from, to) === undefined) return undefined;
  try {
    return new IndexStat(to);
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    await git(top, ['update-index', '--no-split-index', '--force-write-index'], onIndex(to));
    return new IndexStat(to);
  }
}

const low = (value: bigint): number => Number(value & 0xffffffffn);
