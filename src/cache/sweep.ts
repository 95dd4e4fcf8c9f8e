// Keeps a store within its bounds: what was not used for long goes, then what was not used for longest, and contents go with the
// last record that names them. Others may write and read meanwhile. Records are listed before contents, so that those of each
// record are seen; and what was put just now stays, since its record may be still to come.
//
// Records go before contents: a kill leaves at worst contents that nobody names, until the next sweep.

import { closeSync, lstatSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import { openToRead } from '../base/own-files.ts';
import { uniqueWord } from '../base/unique-word.ts';
import { blobEntries, draftEntries, type Entry, folderEntries, oidOf, recordEntries } from './entries.ts';
import { boundHits, forgetHits } from './hit-count.ts';
import { blobsOf } from './packs.ts';
import type { Blob } from './record.ts';
import { decodeRecord } from './record-file.ts';
import { DRAFTS, type StoreFolder } from './store-folder.ts';

/** Milliseconds for which what was put stays, whether or not a record names it. */
const GRACE = 3_600_000;
const DAY = 24 * GRACE;

export interface Limits {
  /** Bytes, of contents and records together. */
  maxSize: number;
  /** Milliseconds since the last use. */
  maxAgeMs: number;
}

/** What has gone. */
export interface Swept {
  results: number;
  bytes: number;
}

/** @param now milliseconds since 1970 */
export function sweep(store: StoreFolder, limits: Limits, now = Date.now()): Swept {
  const swept: Swept = { results: 0, bytes: 0 };
  const kept = withinSize(store, withinAge(store, limits.maxAgeMs, now, swept), limits.maxSize, swept);
  removeUnnamed(store, kept, now, swept);
  // A large file may take its time.
  for (const entry of draftEntries(store)) if (!isFresh(entry, now, DAY)) removeAt(entry);
  removeFolders(store);
  boundHits(store);
  return swept;
}

/** Removes everything. What somebody is about to store may be missing afterwards, as if it had been damaged. */
export function clear(store: StoreFolder): Swept {
  const swept: Swept = { results: 0, bytes: 0 };
  for (const entry of recordEntries(store)) removeRecord(store, entry, swept);
  for (const entry of blobEntries(store)) if (removeAt(entry)) swept.bytes += entry.size;
  removeFolders(store);
  forgetHits(store);
  return swept;
}

interface Listed extends Omit<Entry, 'folder'> {
  blobs: Blob[];
}

/** Milliseconds since it was used. A time that is yet to come is nobody's: such an entry is as old as can be. */
const ageOf = ({ mtimeMs }: Pick<Entry, 'mtimeMs'>, now: number): number =>
  mtimeMs > now + DAY ? Number.POSITIVE_INFINITY : now - mtimeMs;

const isFresh = (entry: Pick<Entry, 'mtimeMs'>, now: number, grace: number): boolean =>
  ageOf(entry, now) < grace;

/** The records that are young enough, and whole; the others go. The one that was used last comes last. */
function withinAge(store: StoreFolder, maxAgeMs: number, now: number, swept: Swept): Listed[] {
  const listed: Listed[] = [];
  for (const { folder, ...entry } of recordEntries(store)) {
    if (ageOf(entry, now) > maxAgeMs && removeRecord(store, entry, swept)) continue;
    const blobs = blobsAt(String(folder.pathOf(entry.name)));
    if (blobs === undefined) removeRecord(store, entry, swept);
    else listed.push({ ...entry, blobs });
  }
  const ages = new Map(listed.map((entry) => [entry, ageOf(entry, now)]));
  return listed.sort((a, b) => compare(ages.get(b) ?? 0, ages.get(a) ?? 0) || (a.name < b.name ? -1 : 1));
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Undefined where it is no record. */
function blobsAt(path: string): Blob[] | undefined {
  const handle = openToRead(path);
  if (handle === undefined) return undefined;
  try {
    const kept = decodeRecord(handle);
    return kept && blobsOf(kept.record);
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}

/** How often each content is named by the records that stay. Those whose contents are not there go, too. */
function withinSize(
  store: StoreFolder,
  listed: readonly Listed[],
  maxSize: number,
  swept: Swept,
): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const entry of blobEntries(store)) sizes.set(oidOf(entry), entry.size);
  const uses = new Map<string, number>();
  let total = 0;
  const count = (blob: Blob, by: number): void => {
    const before = uses.get(blob.oid) ?? 0;
    uses.set(blob.oid, before + by);
    if (before === 0 || before + by === 0) total += by * blob.size;
  };
  const whole = listed.filter((record) => {
    const isWhole = record.blobs.every(({ oid, size }) => sizes.get(oid) === size);
    if (!isWhole) removeRecord(store, record, swept);
    return isWhole;
  });
  for (const { blobs, size } of whole) {
    for (const blob of blobs) count(blob, 1);
    total += size;
  }
  for (const record of whole) {
    if (total <= maxSize) break;
    if (!removeRecord(store, record, swept)) continue;
    for (const blob of record.blobs) count(blob, -1);
    total -= record.size;
  }
  return uses;
}

/** False where it was used meanwhile, and stays. */
function removeRecord(
  store: StoreFolder,
  { names, name, size, mtimeMs }: Omit<Entry, 'folder'>,
  swept: Swept,
): boolean {
  const held = store.find(...names);
  if (held === undefined) return true;
  try {
    const path = held.pathOf(name);
    if (lstatSync(path).mtimeMs !== mtimeMs) return false;
    unlinkSync(path);
    swept.results += 1;
    swept.bytes += size;
  } catch {
    // Somebody else has removed it, or nobody can.
  } finally {
    held.close();
  }
  return true;
}

/** Contents that no record names, but for those that were put just now. */
function removeUnnamed(
  store: StoreFolder,
  uses: ReadonlyMap<string, number>,
  now: number,
  swept: Swept,
): void {
  for (const entry of blobEntries(store)) {
    if ((uses.get(oidOf(entry)) ?? 0) > 0 || isFresh(entry, now, GRACE)) continue;
    if (takeAway(store, entry, now)) swept.bytes += entry.size;
  }
}

/**
 * Whoever puts a content that is there already touches it, and then looks whether it is still there (blobs.ts). So it is moved away
 * first and looked at then: what was touched until that moment comes back, and whoever looks from then on finds it gone.
 */
function takeAway(store: StoreFolder, { folder, name }: Entry, now: number): boolean {
  const drafts = orElse(() => store.hold(DRAFTS), undefined);
  if (drafts === undefined) return false;
  const taken = drafts.pathOf(uniqueWord());
  try {
    renameSync(folder.pathOf(name), taken);
    const isWanted = isFresh(lstatSync(taken), now, GRACE);
    if (isWanted) renameSync(taken, folder.pathOf(name));
    else unlinkSync(taken);
    return !isWanted;
  } catch {
    // Somebody else has removed it, or nobody can.
    return false;
  } finally {
    drafts.close();
  }
}

/** What cannot be removed is left. */
const removeAt = ({ folder, name }: Entry): boolean =>
  orElse(() => unlinkSync(folder.pathOf(name)) === undefined, false);

/** The empty ones; whoever is about to write into one makes it again. */
function removeFolders(store: StoreFolder): void {
  for (const { above, name } of folderEntries(store)) orElse(() => rmdirSync(above.pathOf(name)), undefined);
}
