// The contents of what a task has left, on their way into the cache: each is read once, when it is looked at, and the small ones are
// held until it is known which of them are a part of its result.

import { type FsPath, locate, type RawPath, shownPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import { isPacked, type Slice } from '../../cache/packs.ts';
import type { RecordedPath } from '../../cache/record.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { type Oid, oidOf, oidOfFile, readSmall } from '../../store/content.ts';

/** Bytes that are held: of what is more than that each content is read once more. */
const MOST_HELD = 64 * 1_024 * 1_024;

/** Looked at are they whether they can be kept or not. */
export class Contents implements Pick<BlobStore, 'put' | 'has'> {
  readonly #store: CacheStore | undefined;
  readonly #mostBytes: number;
  readonly #held = new Map<Oid, Buffer>();
  #bytes = 0;
  /** Why not all of it is kept. */
  problem: string | undefined;

  /** @param mostBytes that the store may hold: a file of more is not copied for nothing */
  constructor(store: CacheStore | undefined, mostBytes: number) {
    this.#store = store;
    this.#mostBytes = mostBytes;
  }

  has(oid: Oid, size: number): boolean {
    const isKept = this.#store === undefined || this.problem !== undefined || isPacked(size);
    return isKept || this.#store.renew(oid, size);
  }

  async put(path: FsPath, size?: number): Promise<Oid> {
    const isTooMuch = (size ?? 0) > this.#mostBytes;
    if (this.#store === undefined || this.problem !== undefined || isTooMuch) return oidOfFile(path, size);
    const bytes = readSmall(path, size);
    if (bytes !== undefined && isPacked(bytes.length)) return this.#hold(bytes);
    try {
      return bytes === undefined ? await this.#store.put(path) : this.#store.putBytes(bytes);
    } catch (error) {
      // What is wrong with the file itself shows now.
      const oid = await oidOfFile(path);
      this.problem = reasonOf(error);
      return oid;
    }
  }

  #hold(bytes: Buffer): Oid {
    const oid = oidOf(bytes);
    if (this.#bytes + bytes.length <= MOST_HELD && !this.#held.has(oid)) {
      this.#held.set(oid, bytes);
      this.#bytes += bytes.length;
    }
    return oid;
  }

  /** The small ones of a result, kept. Throws what the disk says, and where a file is not what it was any more. */
  pack(workdir: string, changes: readonly RecordedPath[]): Oid[] {
    const paths = new Map<Oid, RawPath>();
    for (const change of changes) if (change.kind === 'file') paths.set(change.oid, change.path);
    const contentOf = ({ oid, size }: Slice): Uint8Array => {
      const path = paths.get(oid) as RawPath;
      const held = this.#held.get(oid);
      const bytes = held ?? readSmall(locate(workdir, path));
      if (bytes?.length === size && (held !== undefined || oidOf(bytes) === oid)) return bytes;
      throw new Error(`${shownPath(path)} changed when the task was over`);
    };
    return this.#store?.putPacks(changes, contentOf) ?? [];
  }
}
