// What the folders of a big repository held, remembered under .ptask/cache from one plan to the next: a folder whose
// times are unchanged still holds the same names, so looking at it once is enough. Safe to delete; whatever is damaged,
// foreign or of another version is as good as missing.

import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isRemembered, type ReadFolder, UNREADABLE } from './listing-folder.ts';

/** Fewer new folders than this are not worth writing the file for; a small repository never gets one. */
const WORTHWHILE = 500;
/**
 * A change made in the same tick of the file system's clock as the last look leaves the folder's times as they were:
 * only times this many milliseconds older than the look prove something. Two seconds is the tick of FAT.
 */
const TICK_MS = 2_000;

const MAGIC = 'ptask folders 2\n';
const HEADER = MAGIC.length + 8;
/** Inode, device, and times of modification and of change in milliseconds. */
const STAMP = 4;

type Stamp = [ino: number, dev: number, mtime: number, ctime: number];
interface Known {
  stamp: Stamp;
  /** Joined by NUL. */
  entries: string;
}

export interface Remembered {
  read: ReadFolder;
  /** To be called when all is read. */
  save(): void;
}

/** Asks the disk only about folders that have changed since they were last seen. */
export function remembering(root: string, ask: ReadFolder): Remembered {
  // There a folder's times are brought up to date when the file system sees fit.
  if (process.platform === 'win32') return { read: ask, save: () => undefined };
  const file = join(root, '.ptask', 'cache', 'folders');
  const base = root.endsWith('/') ? root : `${root}/`;
  const known = load(file);
  const seen = new Map<string, Known>();
  const begin = performance.now();
  let fresh = 0;
  const read: ReadFolder = (folder) => {
    // Before the names are read: what changes afterwards shows next time.
    const stamp = isRemembered(folder) ? stampOf(base + folder) : undefined;
    if (stamp === undefined) return ask(folder);
    const last = known.get(folder);
    if (last !== undefined && stamp.every((value, at) => value === last.stamp[at])) {
      seen.set(folder, last);
      return last.entries === '' ? [] : last.entries.split('\0');
    }
    const names = ask(folder);
    if (names !== UNREADABLE && names.every(isRemembered)) {
      seen.set(folder, { stamp, entries: names.join('\0') });
      fresh++;
    }
    return names;
  };
  const save = (): void => {
    if (fresh < WORTHWHILE || fresh < seen.size / 50) return;
    try {
      write(root, file, seen, performance.now() - begin);
    } catch {
      // A root that may not be written to is planned all the same.
    }
  };
  return { read, save };
}

function stampOf(path: string): Stamp | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() ? [stats.ino, stats.dev, stats.mtimeMs, stats.ctimeMs] : undefined;
  } catch {
    return undefined;
  }
}

function load(file: string): Map<string, Known> {
  try {
    return parse(readFileSync(file));
  } catch {
    return new Map();
  }
}

function parse(bytes: Buffer): Map<string, Known> {
  const known = new Map<string, Known>();
  if (bytes.length < HEADER || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return known;
  const body = bytes.subarray(HEADER);
  const count = bytes.readUInt32LE(MAGIC.length);
  const text = count * STAMP * 8;
  if (text > body.length || crc32(body) !== bytes.readUInt32LE(MAGIC.length + 4)) return known;
  const stamps = new Float64Array(new Uint8Array(body.subarray(0, text)).buffer);
  const records = body.toString('utf8', text).split('\0\0');
  if (records.length !== count) return known;
  for (const [at, record] of records.entries()) {
    const end = record.indexOf('\0');
    const stamp = [...stamps.subarray(at * STAMP, at * STAMP + STAMP)] as Stamp;
    // Each path stands behind a `/`, so that none is empty.
    known.set(record.slice(1, end < 0 ? undefined : end), {
      stamp,
      entries: end < 0 ? '' : record.slice(end + 1),
    });
  }
  return known;
}

function write(root: string, file: string, seen: ReadonlyMap<string, Known>, elapsed: number): void {
  const state = join(root, '.ptask');
  mkdirSync(join(state, 'cache'), { recursive: true });
  const ignore = join(state, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  const draft = `${file}.${process.pid}.tmp`;
  const out = openSync(draft, 'w');
  try {
    // The file system's own clock: a network's may not agree with ours.
    writeSync(out, MAGIC);
    const { mtimeMs: now, dev } = fstatSync(out);
    const trusted = [...seen].filter(
      ([, { stamp }]) => stamp[1] === dev && Math.max(stamp[2], stamp[3]) < now - elapsed - TICK_MS,
    );
    const stamps = Buffer.from(Float64Array.from(trusted.flatMap(([, { stamp }]) => stamp)).buffer);
    const records = trusted.map(([path, { entries }]) =>
      entries === '' ? `/${path}` : `/${path}\0${entries}`,
    );
    const body = Buffer.concat([stamps, Buffer.from(records.join('\0\0'))]);
    const counts = Buffer.alloc(8);
    counts.writeUInt32LE(trusted.length, 0);
    counts.writeUInt32LE(crc32(body), 4);
    writeSync(out, Buffer.concat([counts, body]));
  } finally {
    closeSync(out);
  }
  try {
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
