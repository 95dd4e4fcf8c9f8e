// The contents of a store, each a file named by its sha256. What is hashed is what is kept, and what is read is hashed again: a file
// that was cut off, or that somebody else has written, counts as missing, and goes.

import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  futimesSync,
  lstatSync,
  rmSync,
  statSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { openToRead, readFile } from '../base/own-files.ts';
import type { FsPath } from '../base/raw-path.ts';
import { withRealPath } from '../base/real-folder.ts';
import { openFresh } from '../base/replace.ts';
import { uniqueWord } from '../base/unique-word.ts';
import { type BlobStore, DamagedBlob } from '../store/blob-store.ts';
import { LARGE, type Oid, oidOf, oidOfFile, readSmall } from '../store/content.ts';
import { writeNew } from '../store/new-file.ts';
import type { Blob } from './record.ts';
import { isDigest } from './record-check.ts';
import { BLOBS, DRAFTS, type StoreFolder } from './store-folder.ts';

const NOTHING = Buffer.alloc(0);

/** Bytes that Node reads into memory at most. */
const MOST_HELD = 2 ** 31 - 1;

export class Blobs implements Pick<BlobStore, 'put' | 'get' | 'has' | 'sizeOf'> {
  readonly #folder: StoreFolder;
  readonly #count: (bytes: number) => void;

  /** @param count hears of what is new */
  constructor(folder: StoreFolder, count: (bytes: number) => void) {
    this.#folder = folder;
    this.#count = count;
  }

  async put(path: FsPath, size?: number): Promise<Oid> {
    const bytes = readSmall(path, size);
    if (bytes !== undefined) return this.putBytes(bytes);
    const drafts = this.#folder.writing(() => this.#folder.hold(DRAFTS));
    const draft = String(drafts.pathOf(uniqueWord()));
    try {
      const mode = this.#makeEmpty(draft);
      await copyFile(path, draft, constants.COPYFILE_FICLONE);
      // The copy has the mode of the original.
      chmodSync(draft, mode);
      const oid = await oidOfFile(draft);
      const { size } = statSync(draft);
      if (!this.renew(oid, size)) this.#enter(draft, oid, size);
      return oid;
    } catch (error) {
      throw withRealPath(error);
    } finally {
      rmSync(draft, { force: true });
      drafts.close();
    }
  }

  putBytes(bytes: Uint8Array): Oid {
    const oid = oidOf(bytes);
    if (this.renew(oid, bytes.length)) return oid;
    const [shard, name] = namesOf(oid);
    this.#folder.enter(bytes, [BLOBS, shard], name);
    this.#count(bytes.length);
    return oid;
  }

  has(oid: Oid, size: number): boolean {
    return this.#sizeOf(oid) === size;
  }

  sizeOf(oid: Oid): number {
    return this.#sizeOf(oid) ?? 0;
  }

  async get(oid: Oid, target: string, mode: number): Promise<BigIntStats> {
    const size = this.#sizeOf(oid);
    if (size === undefined) throw new DamagedBlob(oid, 'missing');
    if (size <= LARGE) {
      const bytes = this.#read(oid);
      if (oidOf(bytes) !== oid) throw this.damaged(oid);
      return writeNew(target, bytes, mode);
    }
    await this.#copy(oid, target);
    chmodSync(target, mode);
    return lstatSync(target, { bigint: true });
  }

  /** Of one that is not large, as it lies there: to be checked by whoever reads it. Throws `DamagedBlob`. */
  unchecked({ oid, size }: Blob): Buffer {
    const bytes = this.#read(oid);
    if (bytes.length !== size) throw this.damaged(oid);
    return bytes;
  }

  piecesOf(oid: Oid): AsyncIterable<Buffer> {
    const handle = openToRead(this.#path(oid));
    if (handle === undefined) throw new DamagedBlob(oid, 'missing');
    return createReadStream('', { fd: handle });
  }

  bytesOf({ oid, size }: Blob): Buffer | undefined {
    const found = this.#sizeOf(oid);
    if (found === undefined || size > MOST_HELD) return undefined;
    const bytes = found === size ? orElse(() => readFile(this.#path(oid)), undefined) : NOTHING;
    const isRight = bytes !== undefined && bytes.length === size && oidOf(bytes) === oid;
    if (bytes !== undefined && !isRight) this.#remove(oid);
    return isRight ? bytes : undefined;
  }

  /** Undefined where it is not there, or is no plain file. */
  #sizeOf(oid: Oid): number | undefined {
    const stats = isDigest(oid) ? orElse(() => look(this.#path(oid)), undefined) : undefined;
    return stats?.isFile() ? Number(stats.size) : undefined;
  }

  async #copy(oid: Oid, target: string): Promise<void> {
    const flags = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;
    await copyFile(this.#path(oid), target, flags).catch((error: unknown) => {
      throw this.#sizeOf(oid) === undefined ? new DamagedBlob(oid, 'missing') : error;
    });
    if ((await oidOfFile(target)) === oid) return;
    rmSync(target, { force: true });
    throw this.damaged(oid);
  }

  #read(oid: Oid): Buffer {
    const bytes = orElse(() => readSmall(this.#path(oid)), undefined);
    if (bytes === undefined) throw new DamagedBlob(oid, 'missing');
    return bytes;
  }

  /** It proves to be something else than what was put: it goes. */
  damaged(oid: Oid): DamagedBlob {
    this.#remove(oid);
    return new DamagedBlob(oid, 'damaged');
  }

  #remove(oid: Oid): void {
    const [shard, name] = namesOf(oid);
    this.#folder.remove([BLOBS, shard], name);
  }

  /**
   * Whether it is there and stays for a while: it is younger now than anything the sweep takes. Where the sweep has just taken it,
   * its place is empty, or somebody else's.
   */
  renew(oid: Oid, size: number): boolean {
    const [shard, name] = namesOf(oid);
    const held = this.#folder.find(BLOBS, shard);
    if (held === undefined) return false;
    const path = String(held.pathOf(name));
    const handle = openToRead(path);
    try {
      if (handle === undefined) return false;
      const opened = fstatSync(handle, { bigint: true });
      if (opened.size !== BigInt(size)) return false;
      const now = new Date();
      // Only the owner may.
      const isTouched = orElse(() => futimesSync(handle, now, now) === undefined, false);
      return isTouched && look(path)?.ino === opened.ino;
    } finally {
      if (handle !== undefined) closeSync(handle);
      held.close();
    }
  }

  #enter(draft: string, oid: Oid, size: number): void {
    const [shard, name] = namesOf(oid);
    this.#folder.writing(() => this.#folder.move(draft, [BLOBS, shard], name));
    this.#count(size);
  }

  /** The permissions that it has got. */
  #makeEmpty(draft: string): number {
    const handle = openFresh(draft, this.#folder.fileMode);
    try {
      return fstatSync(handle).mode & 0o777;
    } finally {
      closeSync(handle);
    }
  }

  #path(oid: Oid): string {
    return join(this.#folder.path, BLOBS, ...namesOf(oid));
  }
}

const namesOf = (oid: Oid): [shard: string, name: string] => [oid.slice(0, 2), oid.slice(2)];
