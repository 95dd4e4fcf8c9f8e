// A store in a folder of its own, and records to put into it.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RawPath } from '../../src/base/raw-path.ts';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { fillPacks, isPacked, layOut } from '../../src/cache/packs.ts';
import type { Blob, RecordedPath, TaskRecord } from '../../src/cache/record.ts';
import { tempDir } from '../support/tmp.ts';

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export const raw = (path: string): RawPath => path as RawPath;

export interface Scene {
  dir: string;
  folder: string;
  store: CacheStore;
}

export function scene(): Scene {
  const dir = tempDir();
  const folder = join(dir, 'cache');
  return { dir, folder, store: new CacheStore(folder) };
}

export const recordWith = (changes: RecordedPath[] = [], more: Partial<TaskRecord> = {}): TaskRecord => ({
  ...{ task: 'build', durationMs: 12, storedAt: 1_700_000_000_000, changes, exitCode: 0 },
  packs: Array.isArray(changes) ? [...fillPacks(layOut(changes), contentAt)].map(sha256) : [],
  ...more,
});

/** What was named so far. */
const contents = new Map<string, Buffer>();

const contentAt = ({ oid, size }: Blob): Buffer => contents.get(oid) ?? Buffer.alloc(size);

export function fileAt(path: string, content: string, mode = 0o644): RecordedPath {
  const bytes = Buffer.from(content);
  const oid = sha256(bytes);
  contents.set(oid, bytes);
  return { path: raw(path), isMade: true, kind: 'file', mode, oid, size: bytes.length };
}

/** Keeps what a record with these changes names. */
export function putContents(store: CacheStore, changes: readonly RecordedPath[]): void {
  store.putPacks(changes, contentAt);
  for (const change of changes)
    if (change.kind === 'file' && !isPacked(change.size)) store.putBytes(contentAt(change));
}

/** Where a record lies, below the folder of the store. */
export const recordPath = (task: string, key: string): string =>
  join('tasks', sha256(task).slice(0, 2), sha256(task).slice(2), key);

export const blobPath = (oid: string): string => join('blobs', oid.slice(0, 2), oid.slice(2));

// What all processes of a test store, by number.

export const taskOf = (number: number): string => `task ${number % 7}`;

export const keyOf = (number: number): string => sha256(`key ${number}`);

/** One that lies in a pack, and two that do not and are in several. */
export const contentsOf = (number: number): string[] => [
  `content ${number}\n`.repeat(1 + (number % 40)),
  ...[100 + (number % 3), 200 + (number % 5)].map((each) => `content ${each}\n`.repeat(6_000)),
];

export const recordOf = (number: number): TaskRecord =>
  recordWith(
    contentsOf(number).map((content, index) => fileAt(`dist/${index}`, content)),
    { durationMs: number },
  );

export const partsOf = (number: number): Map<string, string> => new Map([['number', String(number)]]);

/** The file of a record, whatever that says. @param parts as they are to stand there */
export function encodeAsFound(kept: object, parts: Uint8Array): Buffer {
  const record = Buffer.from(JSON.stringify(kept));
  const lengths = [record, parts].map((part) => `${part.length} ${sha256(part)}`);
  return Buffer.concat([Buffer.from(`ptask-cache 2 ${lengths.join(' ')}\n`), record, parts]);
}
