// A record as one file: a line that says how long the two parts after it are and what their digests are, then the record, then
// what its key was made from, which may be a thousand times as long and is read by nobody but who explains a miss. Who does that makes no
// sense of the record: it may be as long.
//
//   ptask-cache 2 <bytes of the record> <its sha256> <bytes of the parts> <their sha256>
//
// What was cut off, damaged or never one is told from what is whole. Unaware of where it lies.

import { fstatSync, readSync } from 'node:fs';
import { oidOf } from '../store/content.ts';
import type { Parts, TaskRecord } from './record.ts';
import { isDigest, recordOf } from './record-check.ts';

/** Raised when a record means something else than before: one of another version is none. */
const VERSION = 2;
const HEAD = /^ptask-cache (\d+) (\d{1,10}) ([0-9a-f]{64}) (\d{1,10}) ([0-9a-f]{64})\n/;
/** Bytes that are read at once: the first line, and most records with it. */
const FIRST = 16_384;
/** Bytes of a record or of its parts. */
const MOST = 256 * 1_024 * 1_024;

export interface Kept {
  /** By which the record is found. */
  task: string;
  key: string;
  record: TaskRecord;
}

/** Of an earlier time. */
export interface Earlier {
  key: string;
  /** Milliseconds since 1970. */
  storedAt: number;
  parts: Parts;
}

/** The same as it is written down. */
interface MadeFrom extends Omit<Earlier, 'parts'> {
  task: string;
  parts: [part: string, value: string][];
}

/** Throws where it is a record that nobody would read. */
export function encodeRecord(kept: Kept, parts: Parts): Buffer {
  if (recordOf(kept.record) === undefined)
    throw new Error(
      `what ${kept.record.task} has done cannot be kept: it would not be believed when it is read`,
    );
  const { task, key } = kept;
  const made: MadeFrom = { task, key, storedAt: kept.record.storedAt, parts: [...parts] };
  const [record, list] = [kept, made].map((part) => Buffer.from(JSON.stringify(part))) as [Buffer, Buffer];
  if (Math.max(record.length, list.length) > MOST)
    throw new Error(`what ${kept.record.task} has done is too long to be kept`);
  const lengths = [record, list].map((part) => `${part.length} ${oidOf(part)}`);
  return Buffer.concat([Buffer.from(`ptask-cache ${VERSION} ${lengths.join(' ')}\n`), record, list]);
}

/** Undefined where there is none, or not a whole one. Throws where the disk says no. */
export function decodeRecord(handle: number): Kept | undefined {
  const opened = open(handle);
  if (opened === undefined) return undefined;
  const { bytes, record } = opened;
  return keptOf(jsonOf(partAt(handle, bytes, record), record.oid));
}

/** What its key was made from, where the record is as it was written. */
export function decodeParts(handle: number): (Earlier & { task: string }) | undefined {
  const opened = open(handle);
  if (opened === undefined) return undefined;
  const { bytes, record, parts } = opened;
  if (oidOf(partAt(handle, bytes, record)) !== record.oid) return undefined;
  return madeFromOf(jsonOf(partAt(handle, bytes, parts), parts.oid));
}

interface Part {
  start: number;
  size: number;
  oid: string;
}

/** The first bytes, and where the parts are. */
function open(handle: number): { bytes: Buffer; record: Part; parts: Part } | undefined {
  const bytes = readAt(handle, 0, FIRST);
  const head = HEAD.exec(bytes.toString('latin1', 0, 256));
  if (head === null || Number(head[1]) !== VERSION) return undefined;
  const [line, , recordSize, recordOid = '', partsSize, partsOid = ''] = head;
  const record = { start: line.length, size: Number(recordSize), oid: recordOid };
  const parts = { start: record.start + record.size, size: Number(partsSize), oid: partsOid };
  const isWhole = fstatSync(handle).size === parts.start + parts.size;
  return isWhole && record.size <= MOST && parts.size <= MOST ? { bytes, record, parts } : undefined;
}

const partAt = (handle: number, first: Buffer, { start, size }: Part): Buffer =>
  start + size <= first.length ? first.subarray(start, start + size) : readAt(handle, start, size);

/** Fewer bytes where the file ends before. */
function readAt(handle: number, start: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let end = 0;
  for (let read = -1; read !== 0 && end < size; end += read)
    read = readSync(handle, bytes, end, size - end, start + end);
  return bytes.subarray(0, end);
}

function jsonOf(bytes: Buffer, oid: string): unknown {
  if (oidOf(bytes) !== oid) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function keptOf(value: unknown): Kept | undefined {
  const { task, key, record: told } = (value ?? {}) as { [name in keyof Kept]?: unknown };
  const record = recordOf(told);
  return typeof task === 'string' && isDigest(key) && record !== undefined
    ? { task, key, record }
    : undefined;
}

function madeFromOf(value: unknown): (Earlier & { task: string }) | undefined {
  const { task, key, storedAt, parts } = (value ?? {}) as { [name in keyof MadeFrom]?: unknown };
  const isPair = (each: unknown): each is [string, string] =>
    Array.isArray(each) && each.length === 2 && each.every((one) => typeof one === 'string');
  if (typeof task !== 'string' || !isDigest(key) || typeof storedAt !== 'number') return undefined;
  return Array.isArray(parts) && parts.every(isPair)
    ? { task, key, storedAt, parts: new Map(parts) }
    : undefined;
}
