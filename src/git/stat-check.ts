// Whether files are as they were, asked of git: it looks at many of them at once and takes a fraction of the time that we would. What
// they were like is said by an index file of our own, which may name any file, tracked or not. Reads nothing but what the disk says
// of files.

import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { RawPath } from '../base/raw-path.ts';
import { git, LOOKING, records } from './git.ts';
import { onIndex } from './index-file.ts';
import { HEADER, MODE, STAT } from './index-format.ts';
import { objectFormatOf } from './objects.ts';
import type { Repository } from './repository.ts';

/** A regular file, its path relative to the top. */
export interface StatFile {
  path: RawPath;
  stats: BigIntStats;
}

const VERSION = 2;
/** Of the flags. */
const LONGEST = 0xfff;
/** All that git knows of permissions. */
const EXECUTABLE = 0o100n;
/** Git takes a file of no bytes for changed where the index does not say that it has none. */
const EMPTY = {
  sha1: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  sha256: '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
};
const SECOND = 1_000_000_000n;

/**
 * The bytes of an index file that says of the files what the disk has said of them, and that they have no content known to git.
 *
 * @param other a path of which it says what is true of no file
 */
export function statIndex(repository: Repository, files: readonly StatFile[], other: RawPath): Buffer {
  const format = objectFormatOf(repository);
  const empty = Buffer.from(EMPTY[format], 'hex');
  const sorted = [...files, { path: other, stats: undefined }].sort((a, b) => (a.path < b.path ? -1 : 1));
  const lengthOf = (path: RawPath): number => entryLength(empty.length, path);
  const bytes = Buffer.alloc(sorted.reduce((length, { path }) => length + lengthOf(path), HEADER));
  bytes.write('DIRC', 'latin1');
  bytes.writeUInt32BE(VERSION, 4);
  bytes.writeUInt32BE(sorted.length, 8);
  let at = HEADER;
  for (const { path, stats } of sorted) {
    if (stats !== undefined) writeStat(bytes, at, stats);
    bytes.writeUInt32BE(
      stats !== undefined && (stats.mode & EXECUTABLE) !== 0n ? 0o100755 : 0o100644,
      at + MODE,
    );
    if (stats?.size === 0n) empty.copy(bytes, at + STAT);
    else bytes.fill(0xff, at + STAT, at + STAT + empty.length);
    const flagsAt = at + STAT + empty.length;
    bytes.writeUInt16BE(Math.min(path.length, LONGEST), flagsAt);
    bytes.write(path, flagsAt + 2, 'latin1');
    at += lengthOf(path);
  }
  return Buffer.concat([bytes, createHash(format).update(bytes).digest()]);
}

/** At least one NUL follows the path, and as many as make it a multiple of eight. */
const entryLength = (hashLength: number, path: RawPath): number =>
  (STAT + hashLength + 2 + path.length + 8) & ~7;

function writeStat(bytes: Buffer, at: number, stats: BigIntStats): void {
  const { ctimeNs, mtimeNs, dev, ino, uid, gid, size } = stats;
  writeTime(bytes, at, ctimeNs);
  writeTime(bytes, at + 8, mtimeNs);
  for (const [place, value] of [dev, ino].entries()) writeLow(bytes, at + 16 + 4 * place, value);
  for (const [place, value] of [uid, gid, size].entries()) writeLow(bytes, at + MODE + 4 + 4 * place, value);
}

function writeTime(bytes: Buffer, at: number, nanoseconds: bigint): void {
  writeLow(bytes, at, nanoseconds / SECOND);
  writeLow(bytes, at + 4, nanoseconds % SECOND);
}

const writeLow = (bytes: Buffer, at: number, value: bigint): void =>
  void bytes.writeUInt32BE(Number(BigInt.asUintN(32, value)), at);

/** Those that are not as the index file says, or are gone. Throws `GitError`. */
export async function changedSince({ top }: Repository, index: string): Promise<RawPath[]> {
  const { env } = onIndex(index);
  const options = { env: { ...env, ...LOOKING } };
  const { stdout } = await git(top, ['diff-files', '--name-only', '--no-ext-diff', '-z'], options);
  return records(stdout) as RawPath[];
}
