// What folders held, as bytes: stamps, then paths, then entries. Unaware of the disk.

import { buildId } from '../base/build-id.ts';
import { checksum } from '../base/checksum.ts';
import { sha256 } from '../base/digest.ts';

/** Inode, device, and times of modification and of change in milliseconds. */
export type Stamp = readonly [ino: number, dev: number, mtime: number, ctime: number];

const STAMP = 4;
/** What is true of no folder: it has to be asked again. */
export const UNPROVEN: Stamp = [0, 0, 0, 0];

export interface FolderRecord {
  path: string;
  stamp: Stamp;
  /** Joined by NUL. */
  entries: string;
}

/** All that is known of folders. What only a changed tree needs is taken apart when it is asked for. */
export interface Records {
  paths: readonly string[];
  stamp(at: number): Stamp;
  entries(at: number): string;
  /** Names what the folders hold, whatever their times; undefined when some folder was left out. */
  state: string | undefined;
}

/** Of this build of ptask only: another may write them in another way. */
const magic = (): string => `ptask folders ${buildId()}\n`;
const STATE = 32;
/** After the magic: checksum of what follows, number of folders, bytes of their paths, state. */
const HEADER = 12 + STATE;
const NO_STATE = Buffer.alloc(STATE);

/** @param isComplete whether no folder was left out */
export function encodeRecords(
  records: readonly FolderRecord[],
  isComplete: boolean,
): { bytes: Buffer; state: string | undefined } {
  const stamps = new Float64Array(records.length * STAMP);
  for (const [at, { stamp }] of records.entries()) stamps.set(stamp, at * STAMP);
  const paths = Buffer.from(records.map(({ path }) => path).join('\0'));
  const entries = Buffer.from(records.map((record) => record.entries).join('\0\0'));
  const state = isComplete ? sha256().update(paths).update('\0').update(entries).digest() : NO_STATE;
  const counts = Buffer.alloc(8);
  counts.writeUInt32LE(records.length, 0);
  counts.writeUInt32LE(paths.length, 4);
  const body = Buffer.concat([counts, state, Buffer.from(stamps.buffer), paths, entries]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(checksum(body));
  return { bytes: Buffer.concat([Buffer.from(magic()), sum, body]), state: stateOf(state) };
}

const stateOf = (bytes: Buffer): string | undefined =>
  bytes.equals(NO_STATE) ? undefined : bytes.toString('hex');

/** Undefined for what is damaged, of another version or something else altogether. */
export function decodeRecords(all: Buffer): Records | undefined {
  const start = magic();
  if (all.toString('utf8', 0, start.length) !== start) return undefined;
  const bytes = all.subarray(start.length);
  if (bytes.length < HEADER || checksum(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
  const count = bytes.readUInt32LE(4);
  const pathsAt = HEADER + count * STAMP * 8;
  const entriesAt = pathsAt + bytes.readUInt32LE(8);
  // Copied, since numbers have to begin at a multiple of their size.
  const stamps = new Float64Array(new Uint8Array(bytes.subarray(HEADER, pathsAt)).buffer);
  let entries: string[] | undefined;
  return {
    paths: count === 0 ? [] : bytes.toString('utf8', pathsAt, entriesAt).split('\0'),
    stamp: (at) => {
      const from = at * STAMP;
      return [stamps[from], stamps[from + 1], stamps[from + 2], stamps[from + 3]] as unknown as Stamp;
    },
    entries: (at) => {
      entries ??= bytes.toString('utf8', entriesAt).split('\0\0');
      return entries[at] as string;
    },
    state: stateOf(bytes.subarray(HEADER - STATE, HEADER)),
  };
}
