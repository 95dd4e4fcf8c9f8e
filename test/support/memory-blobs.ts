// Contents kept in memory: what stands on a BlobStore needs no other.

import { type BigIntStats, readFileSync } from 'node:fs';
import type { FsPath } from '../../src/base/raw-path.ts';
import { type BlobStore, DamagedBlob } from '../../src/store/blob-store.ts';
import { type Oid, oidOf, readSmall } from '../../src/store/content.ts';
import { writeNew } from '../../src/store/new-file.ts';

export class MemoryBlobs implements BlobStore {
  readonly #kept = new Map<Oid, Buffer>();

  async put(path: FsPath): Promise<Oid> {
    const bytes = readSmall(path) ?? readFileSync(path);
    const oid = oidOf(bytes);
    this.#kept.set(oid, bytes);
    return oid;
  }

  async get(oid: Oid, target: string, mode: number): Promise<BigIntStats> {
    const bytes = this.#kept.get(oid);
    if (bytes === undefined) throw new DamagedBlob(oid, 'missing');
    return writeNew(target, bytes, mode);
  }

  has(oid: Oid, size: number): boolean {
    return this.#kept.get(oid)?.length === size;
  }

  sizeOf(oid: Oid): number {
    return this.#kept.get(oid)?.length ?? 0;
  }

  async settle(): Promise<void> {}
}
