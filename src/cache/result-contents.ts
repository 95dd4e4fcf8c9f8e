// The contents of one result, wherever in the store they lie. None is believed before it was hashed.

import type { BigIntStats } from 'node:fs';
import type { BlobStore } from '../store/blob-store.ts';
import type { Change } from '../store/change.ts';
import { type Oid, oidOf } from '../store/content.ts';
import { writeNew } from '../store/new-file.ts';
import type { CacheStore } from './cache-store.ts';
import { isPacked, type Layout, layOut, type Slice } from './packs.ts';
import type { Blob, TaskRecord } from './record.ts';

export class ResultContents implements Pick<BlobStore, 'get'> {
  readonly #store: CacheStore;
  readonly #packs: readonly Blob[];
  readonly #slices: Layout['slices'];
  /** Those that lie in no pack. */
  readonly #large = new Map<Oid, Blob>();
  /** The pack that was read last: what is asked for next is most often in the same one. */
  #read: { pack: Blob; bytes: Buffer } | undefined;

  constructor(store: CacheStore, { changes, packs }: Pick<TaskRecord, 'changes' | 'packs'>) {
    const { slices, sizes } = layOut(changes);
    this.#store = store;
    this.#packs = packs.map((oid, pack) => ({ oid, size: sizes[pack] ?? 0 }));
    this.#slices = slices;
    for (const change of changes)
      if (change.kind === 'file' && !isPacked(change.size)) this.#large.set(change.oid, change);
  }

  /** Whether all is there that should hold the contents of these; what these are is seen when they are read. */
  hasAll(changes: readonly Change[]): boolean {
    const found = new Set<Blob>();
    return changes.every(({ after }) => {
      if (after.kind !== 'file' || !('oid' in after.content)) return true;
      const { oid } = after.content;
      const blob = this.#packOf(this.#slices.get(oid)) ?? this.#large.get(oid);
      if (blob === undefined || found.has(blob)) return blob !== undefined;
      found.add(blob);
      return this.#store.has(blob.oid, blob.size);
    });
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
