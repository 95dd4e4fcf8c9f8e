// The small contents of a result lie in packs, one after the other: a file for each would take longer to make than the task may have
// taken. What lies where follows from the order of the result's paths, and is written down nowhere. Pure.

import { LARGE, type Oid } from '../store/content.ts';
import type { Blob, RecordedPath, TaskRecord } from './record.ts';

/** Bytes up to which a content lies in a pack. */
const MOST_PACKED = 64 * 1_024;
/** Bytes of a pack: it is held in memory as a whole. */
const MOST_OF_PACK = LARGE;

/** Where a content lies. */
export interface Slice extends Blob {
  /** By its number in the result. */
  pack: number;
  /** Bytes before it. */
  offset: number;
}

export interface Layout {
  slices: ReadonlyMap<Oid, Slice>;
  /** Bytes of each pack. */
  sizes: readonly number[];
}

export const isPacked = (size: number): boolean => size <= MOST_PACKED;

/** Each content once, where it is first named. */
export function layOut(changes: readonly RecordedPath[]): Layout {
  const slices = new Map<Oid, Slice>();
  const sizes: number[] = [];
  for (const change of changes) {
    if (change.kind !== 'file' || !isPacked(change.size) || slices.has(change.oid)) continue;
    const { oid, size } = change;
    if (sizes.length === 0 || (sizes.at(-1) as number) + size > MOST_OF_PACK) sizes.push(0);
    const pack = sizes.length - 1;
    const offset = sizes[pack] as number;
    slices.set(oid, { oid, size, pack, offset });
    sizes[pack] = offset + size;
  }
  return { slices, sizes };
}

/** The packs, each with its contents. @param contentOf of that many bytes */
export function* fillPacks(
  { slices, sizes }: Layout,
  contentOf: (slice: Slice) => Uint8Array,
): Iterable<Uint8Array> {
  let contents: Uint8Array[] = [];
  let pack = 0;
  for (const slice of slices.values()) {
    if (slice.pack > pack) {
      yield Buffer.concat(contents);
      contents = [];
      pack = slice.pack;
    }
    contents.push(contentOf(slice));
  }
  if (sizes.length > 0) yield Buffer.concat(contents);
}

/** What has to be in the store for a record to be worth something. */
export function blobsOf({ changes, packs, output, values, notes }: TaskRecord): Blob[] {
  const { sizes } = layOut(changes);
  const large = changes.flatMap((change) =>
    change.kind === 'file' && !isPacked(change.size) ? [change] : [],
  );
  const said = [output, values, notes].filter((blob) => blob !== undefined);
  return [...packs.map((oid, pack) => ({ oid, size: sizes[pack] ?? 0 })), ...large, ...said];
}
