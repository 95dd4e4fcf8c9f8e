// The contents of one result, between a server and the store in which it is used: the server has each by itself, the store small ones
// in packs.

import { join } from 'node:path';
import { grouped } from '../../base/grouped.ts';
import { removeNow } from '../../base/remove-folder.ts';
import { uniqueWord } from '../../base/unique-word.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import { blobsOf, isPacked, layOut, type Slice } from '../../cache/packs.ts';
import type { Blob, TaskRecord } from '../../cache/record.ts';
import { atOnce } from '../../remote/at-once.ts';
import type { Digest, Source, Target } from '../../remote/contents.ts';
import { RemoteFailure } from '../../remote/failure.ts';
import { digestOf } from '../../remote/kept-result.ts';
import { oidOf } from '../../store/content.ts';

/** What else is named beside the packs. */
const singleIn = (record: TaskRecord): Blob[] => blobsOf(record).slice(record.packs.length);

type Download = (digests: Iterable<Digest>, target: Target) => Promise<void>;

/**
 * All of it in the store, or it throws.
 * @param drafts a folder for what is on its way
 */
export async function land(
  record: TaskRecord,
  store: CacheStore,
  drafts: () => string,
  download: Download,
): Promise<void> {
  const { slices, sizes } = layOut(record.changes);
  const byPack = grouped(slices.values(), ({ pack }) => pack);
  const lacking = singleIn(record).filter(({ oid, size }) => !store.renew(oid, size));
  const packs = record.packs.flatMap((oid, pack) =>
    store.renew(oid, sizes[pack] as number) ? [] : [{ oid, slices: byPack.get(pack) ?? [] }],
  );
  const target = (held: Map<string, Buffer>): Target => ({
    bytes: (digest, bytes) => {
      if (isPacked(digest.size)) held.set(digest.hash, bytes);
      if (lacking.some(({ oid }) => oid === digest.hash)) store.putBytes(bytes);
    },
    draft: () => join(drafts(), uniqueWord()),
    file: async (_, draft) => {
      await store.put(draft);
      removeNow(draft);
    },
  });
  // What is small altogether comes in one call.
  const [first = { oid: undefined, slices: [] }, ...rest] = packs;
  const parts = [
    { ...first, more: lacking.map(digestOf) },
    ...rest.map((pack) => ({ ...pack, more: [] as Digest[] })),
  ];
  await atOnce(parts, async ({ oid, slices, more }) => {
    const held = new Map<string, Buffer>();
    const wanted = [...slices.map(digestOf), ...more].filter(({ size }) => size > 0);
    if (wanted.length > 0) await download(wanted, target(held));
    if (oid === undefined) return;
    const bytes = Buffer.concat(slices.map((slice) => contentOf(slice, held)));
    if (store.putBytes(bytes) !== oid) throw new RemoteFailure('damaged', 'a record');
  });
}

const NOTHING = Buffer.alloc(0);

/** The record has contradicted itself. */
const lacking = (): never => {
  throw new RemoteFailure('damaged', 'a record');
};

const contentOf = ({ oid, size }: Slice, held: ReadonlyMap<string, Buffer>): Buffer =>
  size === 0 ? NOTHING : (held.get(oid) ?? lacking());

/** To be read while the store still has it: throws `DamagedBlob` where it has not. */
export function sourcesOf(record: TaskRecord, store: CacheStore): Source[] {
  const { slices, sizes } = layOut(record.changes);
  let open: { pack: number; bytes: Buffer } | undefined;
  const sliceOf = ({ pack, offset, size, oid }: Slice): Buffer => {
    const blob = { oid: record.packs[pack] as string, size: sizes[pack] as number };
    if (open?.pack !== pack) open = { pack, bytes: store.unchecked(blob) };
    const bytes = open.bytes.subarray(offset, offset + size);
    if (oidOf(bytes) !== oid) throw store.damaged(blob.oid);
    return bytes;
  };
  return [
    ...Array.from(
      slices.values(),
      (slice): Source => ({ digest: digestOf(slice), read: () => [sliceOf(slice)] }),
    ),
    ...singleIn(record).map(
      (blob): Source => ({ digest: digestOf(blob), read: () => store.piecesOf(blob.oid) }),
    ),
  ];
}
