// Whether files are as they were, asked of git: it looks at many of them at once and takes a fraction of the time that we would. What
// they were like is said by an index file of our own, which may name any file, tracked or not. Reads nothing but what the disk says
// of files.

import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { RawPath } from '../base/raw-path.ts';
import { git, LOOKING, records } from './git.ts';
import { onIndex } from './index-file.ts';
import { HEADER, STAT } from './index-format.ts';
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
const EXECUTABLE = 0o111n;
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
  const unknown = Buffer.alloc(empty.length, 0xff);
  const sorted = [...files, { path: other, stats: undefined }].sort((a, b) => (a.path < b.path ? -1 : 1));
  const header = Buffer.alloc(HEADER);
  header.write('DIRC', 'latin1');
  header.writeUInt32BE(VERSION, 4);
  header.writeUInt32BE(sorted.length, 8);
  const entries = sorted.map(({ path, stats }) =>
    entryOf(path, stats === undefined ? NEVER : saidOf(stats), stats?.size === 0n ? empty : unknown),
  );
  const body = Buffer.concat([header, ...entries]);
  return Buffer.concat([body, createHash(format).update(body).digest()]);
}

/** In the order in which an entry says it. */
function saidOf({ ctimeNs, mtimeNs, dev, ino, mode, uid, gid, size }: BigIntStats): bigint[] {
  const kind = (mode & EXECUTABLE) !== 0n ? EXECUTABLE_FILE : FILE;
  const times = [ctimeNs / SECOND, ctimeNs % SECOND, mtimeNs / SECOND, mtimeNs % SECOND];
  return [...times, dev, ino, kind, uid, gid, size];
}

const FILE = 0o100644n;
const EXECUTABLE_FILE = 0o100755n;
const NEVER = [0n, 0n, 0n, 0n, 0n, 0n, FILE, 0n, 0n, 1n];

function entryOf(path: RawPath, said: readonly bigint[], oid: Buffer): Buffer {
  const flagsAt = STAT + oid.length;
  // At least one NUL, and as many as make it a multiple of eight.
  const entry = Buffer.alloc((flagsAt + 2 + path.length + 8) & ~7);
  for (const [index, value] of said.entries())
    entry.writeUInt32BE(Number(BigInt.asUintN(32, value)), 4 * index);
  oid.copy(entry, STAT);
  entry.writeUInt16BE(Math.min(path.length, LONGEST), flagsAt);
  entry.write(path, flagsAt + 2, 'latin1');
  return entry;
}

/** Those that are not as the index file says, or are gone. Throws `GitError`. */
export async function changedSince({ top }: Repository, index: string): Promise<RawPath[]> {
  const { env } = onIndex(index);
  const options = { env: { ...env, ...LOOKING } };
  const { stdout } = await git(top, ['diff-files', '--name-only', '--no-ext-diff', '-z'], options);
  return records(stdout) as RawPath[];
}
