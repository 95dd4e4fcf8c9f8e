// The contents of one result, wherever in the store they lie. None is believed before it was hashed.

import type { BigIntStats } from 'node:fs';
import type { BlobStore } from '../store/blob-store.ts';
import { type Oid, oidOf } from '../store/content.ts';
import { writeNew } from '../store/new-file.ts';
import type { CacheStore } from './cache-store.ts';
import { type Layout, layOut, type Slice } from './packs.ts';
import type { Blob, TaskRecord } from './record.ts';

export class ResultContents implements Pick<BlobStore, 'get' | 'has'> {
  readonly #store: CacheStore;
  readonly #packs: readonly Blob[];
  readonly #slices: Layout['slices'];
  /** Packs that were there when they were asked for first, and those that were not. */
  readonly #known = new Map<Blob, boolean>();
  /** The pack that was read last: what is asked for next is most often in the same one. */
  #read: { pack: Blob; bytes: Buffer } | undefined;

  constructor(store: CacheStore, { changes, packs }: Pick<TaskRecord, 'changes' | 'packs'>) {
    const { slices, sizes } = layOut(changes);
    this.#store = store;
    this.#packs = packs.map((oid, pack) => ({ oid, size: sizes[pack] ?? 0 }));
    this.#slices = slices;
  }

  /** Whether what should hold it is there. */
  has(oid: Oid, size: number): boolean {
    const pack = this.#packOf(this.#slices.get(oid));
    if (pack === undefined) return this.#store.has(oid, size);
    const isThere = this.#known.get(pack) ?? this.#store.has(pack.oid, pack.size);
    this.#known.set(pack, isThere);
    return isThere;
  }

  async get(oid: Oid, target: string, mode: number): Promise<BigIntStats> {
    const slice = this.#slices.get(oid);
    const pack = this.#packOf(slice);
    if (slice === undefined || pack === undefined) return this.#store.get(oid, target, mode);
    if (this.#read?.pack !== pack) this.#read = { pack, bytes: this.#store.unchecked(pack) };
    const bytes = this.#read.bytes.subarray(slice.offset, slice.offset + slice.size);
    if (oidOf(bytes) !== oid) throw this.#store.damaged(pack.oid);
    return writeNew(target, bytes, mode);
  }

  #packOf(slice: Slice | undefined): Blob | undefined {
    return slice && this.#packs[slice.pack];
  }
}
