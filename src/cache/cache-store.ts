// What tasks have done, kept where all worktrees and clones that share the folder find it: contents by their digest, and by its key
// what each task has made of them. Any number of processes use it at once, and none believes what it finds: all that is read is
// checked, and what fails counts as missing. Nothing is put on the disk for good: what a power cut damages is missing, too.
//
// Whoever reads gets nothing rather than an error. Whoever writes may be told by the disk that it is full or read-only, which is
// thrown: nothing was stored then, and nobody else is worse off.

import type { BigIntStats } from 'node:fs';
import type { FsPath } from '../base/raw-path.ts';
import type { BlobStore, DamagedBlob } from '../store/blob-store.ts';
import type { Oid } from '../store/content.ts';
import { Blobs } from './blobs.ts';
import { countHits } from './hit-count.ts';
import { fillPacks, layOut, type Slice } from './packs.ts';
import type { Blob, Parts, RecordedPath, TaskRecord } from './record.ts';
import type { Earlier } from './record-file.ts';
import { Records } from './records.ts';
import { StoreFolder } from './store-folder.ts';

export class CacheStore implements Pick<BlobStore, 'put' | 'get' | 'has' | 'sizeOf'> {
  readonly folder: StoreFolder;
  readonly #blobs: Blobs;
  readonly #records: Records;
  #stored = 0;
  #hits = 0;

  /**
   * Nothing is made before there is something to keep.
   * @param folder absolute
   * @param mode permissions of its folders, as far as the umask gives them
   */
  constructor(folder: string, mode = 0o777) {
    this.folder = new StoreFolder(folder, mode);
    const count = (bytes: number): void => {
      this.#stored += bytes;
    };
    this.#blobs = new Blobs(this.folder, count);
    this.#records = new Records(this.folder, count);
  }

  /** Keeps what is in a file now, for a record that is to be written within the hour. Throws what the disk says. */
  put(path: FsPath, size?: number): Promise<Oid> {
    return this.#blobs.put(path, size);
  }

  /** As `put`. */
  putBytes(bytes: Uint8Array): Oid {
    return this.#blobs.putBytes(bytes);
  }

  /** Keeps the small contents of a result; what its record is to say of them. @param contentOf of that many bytes */
  putPacks(changes: readonly RecordedPath[], contentOf: (slice: Slice) => Uint8Array): Oid[] {
    return Array.from(fillPacks(layOut(changes), contentOf), (bytes) => this.putBytes(bytes));
  }

  /** Whether there is something of that name and size. The sweep may be about to take it: to rely on it, put it. */
  has(oid: Oid, size: number): boolean {
    return this.#blobs.has(oid, size);
  }

  /** The same, and it is kept as if it had just been put. */
  renew(oid: Oid, size: number): boolean {
    return this.#blobs.renew(oid, size);
  }

  sizeOf(oid: Oid): number {
    return this.#blobs.sizeOf(oid);
  }

  /** Makes a new file. Throws `DamagedBlob`, with no file made, and what the disk says of the target. */
  get(oid: Oid, target: string, mode: number): Promise<BigIntStats> {
    return this.#blobs.get(oid, target, mode);
  }

  /** Of one that is not large, as it lies there: to be checked by whoever reads it. Throws `DamagedBlob`. */
  unchecked(blob: Blob): Buffer {
    return this.#blobs.unchecked(blob);
  }

  /** Of one of any size, as it lies there: to be checked by whoever reads it. Throws `DamagedBlob`. */
  piecesOf(oid: Oid): AsyncIterable<Buffer> {
    return this.#blobs.piecesOf(oid);
  }

  /** It proves to be something else than what was put: it goes. */
  damaged(oid: Oid): DamagedBlob {
    return this.#blobs.damaged(oid);
  }

  /** Undefined where it is missing or damaged. */
  bytesOf(blob: Blob): Buffer | undefined {
    return this.#blobs.bytesOf(blob);
  }

  /**
   * Undefined where there is none, or none that can be believed. Its contents may be missing all the same.
   * @param task names the task within the repository: any text
   * @param key a sha256 in hexadecimal digits
   */
  read(task: string, key: string): TaskRecord | undefined {
    return this.#records.read(task, key);
  }

  /**
   * Of the records of a task, those that were stored or used last, the last one first.
   * @param enough parts, all in all, with which no further record is looked at
   */
  partsOf(task: string, most: number, enough?: number): Earlier[] {
    return this.#records.partsOf(task, most, enough);
  }

  /** Its contents are to be there already. Throws what the disk says, and where nobody would believe the record. */
  write(task: string, key: string, record: TaskRecord, parts: Parts): void {
    this.#records.write(task, key, record, parts);
  }

  /** What cannot be removed stays. */
  remove(task: string, key: string): void {
    this.#records.remove(task, key);
  }

  /** A hit: its last use is written down, and it is counted. False, and no hit, where there is no record of it. Never throws. */
  used(task: string, key: string): boolean {
    const isHit = this.#records.used(task, key);
    if (isHit) this.#hits += 1;
    return isHit;
  }

  /** Nothing more is taken from it for now: the hits are written down. Never throws. */
  close(): void {
    if (this.#hits > 0) countHits(this.folder, this.#hits);
    this.#hits = 0;
  }

  /** Bytes that were stored by this process since this was last asked. */
  takeStored(): number {
    const stored = this.#stored;
    this.#stored = 0;
    return stored;
  }
}
