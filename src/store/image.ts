// Before-images: what the files in a task's reach were like, so that they can be as they were again. Unaware of tasks.

import { type BigIntStats, readlinkSync } from 'node:fs';
import { codeOf } from '../base/error-code.ts';
import { look, millisecondsOf, permissionsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { isWithin } from '../base/path-names.ts';
import { type FsPath, locate, type RawPath, rawPathOf } from '../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../base/stat-fingerprint.ts';
import type { BlobStore } from './blob-store.ts';
import { type Oid, oidOfFile } from './content.ts';
import type { StatCache } from './stat-cache.ts';
import type { Listing } from './walk.ts';

export type Entry =
  | { kind: 'file'; oid: Oid; mode: number; print: Fingerprint }
  | { kind: 'link'; target: RawPath; print: Fingerprint };

export interface Image {
  entries: Map<RawPath, Entry>;
  /** The folders there were in the reach, with their permission bits. */
  folders: Map<RawPath, number>;
  /** What is not kept, and so is left alone: FIFOs, sockets, devices, files and folders that may not be read. */
  leftOut: RawPath[];
}

export interface Limit {
  files: number;
  bytes: number;
}

/** How much there was when counting ended; there may be more. */
export interface TooLarge {
  tooLarge: Limit;
}

/** What somebody wants an image of, as it is at the moment of asking. */
export type Lister = () => Listing | Promise<Listing>;

/** Where contents go. */
type Keeper = Pick<BlobStore, 'put' | 'has'>;

/** What is known of contents by now, and comes to be. */
export type Known = Pick<StatCache, 'get' | 'learn' | 'clock'>;

/** Contents are only looked at. */
export const DIGESTS_ONLY: Keeper = { put: oidOfFile, has: () => true };

/** How often a file is read that somebody is writing to. */
const ATTEMPTS = 3;

/** Reads all that is listed. Over the limit nothing is read, and nothing kept. */
export function capture(root: string, list: Lister, keeper: Keeper, cache: Known): Promise<Image>;
export function capture(
  root: string,
  list: Lister,
  keeper: Keeper,
  cache: Known,
  limit: Limit | undefined,
): Promise<Image | TooLarge>;
export async function capture(
  root: string,
  list: Lister,
  keeper: Keeper,
  cache: Known,
  limit: Limit = { files: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
): Promise<Image | TooLarge> {
  const pace = new Pace();
  const listing = await list();
  const size = { files: 0, bytes: 0 };
  const found: { path: RawPath; stats: BigIntStats }[] = [];
  for (const path of listing.files) {
    await pace.turn();
    const stats = look(locate(root, path));
    if (stats === undefined) continue;
    found.push({ path, stats });
    size.files += 1;
    if (stats.isFile()) size.bytes += Number(stats.size);
    if (size.files > limit.files || size.bytes > limit.bytes) return { tooLarge: size };
  }
  const image: Image = { entries: new Map(), folders: new Map(), leftOut: [...listing.closed] };
  for (const path of listing.folders) {
    const stats = look(locate(root, path));
    if (stats?.isDirectory()) image.folders.set(path, permissionsOf(stats));
  }
  // Asked for only where something is read: it costs a file.
  let time: number | undefined;
  const now = (): number => {
    time ??= cache.clock();
    return time;
  };
  for (const { path, stats } of found) {
    await pace.turn();
    const entry = await read(locate(root, path), stats, keeper, cache, now);
    if (entry === 'left out') image.leftOut.push(path);
    else if (entry !== undefined) image.entries.set(path, entry);
  }
  return image;
}

/** Undefined for what went away. */
async function read(
  at: FsPath,
  seen: BigIntStats,
  keeper: Keeper,
  cache: Known,
  now: () => number,
): Promise<Entry | 'left out' | undefined> {
  let stats: BigIntStats | undefined = seen;
  for (let attempt = 1; ; attempt++) {
    if (stats === undefined || stats.isDirectory()) return undefined;
    const print = fingerprintOf(stats);
    try {
      if (stats.isSymbolicLink())
        return { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')), print };
      if (!stats.isFile()) return 'left out';
      const mode = permissionsOf(stats);
      const known = cache.get(print);
      if (known !== undefined && keeper.has(known, Number(stats.size))) {
        return { kind: 'file', oid: known, mode, print };
      }
      const before = now();
      const oid = await keeper.put(at, Number(stats.size));
      const after = look(at);
      if (after !== undefined && fingerprintOf(after) === print) {
        cache.learn(print, oid, millisecondsOf(stats.ctimeNs), before);
        return { kind: 'file', oid, mode, print };
      }
      // Written to meanwhile, which can go on for ever: then it is as good as any moment of it.
      if (attempt === ATTEMPTS) return { kind: 'file', oid, mode, print };
      stats = after;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EACCES') return 'left out';
      // Something else stands there by now.
      const isGone = code === 'ENOENT' || code === 'ELOOP' || code === 'EINVAL' || code === 'ENXIO';
      if (!isGone || attempt === ATTEMPTS) throw error;
      stats = look(at);
    }
  }
}

/** Whether a restored entry would be like this one. */
export function isAlike(one: Entry, other: Entry): boolean {
  if (one.kind === 'link') return other.kind === 'link' && one.target === other.target;
  return other.kind === 'file' && one.oid === other.oid && one.mode === other.mode;
}

/** Whether a path is, or lies in, what an image leaves out. */
export function unknownTo(image: Image): (path: RawPath) => boolean {
  const leftOut = new Set(image.leftOut);
  if (leftOut.size === 0) return () => false;
  return (path) => isWithin(path, leftOut);
}

export function imageToJson({ entries, folders, leftOut }: Image): string {
  return JSON.stringify({ version: VERSION, entries: [...entries], folders: [...folders], leftOut });
}

const VERSION = 1;

/** Throws on what `imageToJson` did not write. */
export function imageFromJson(text: string): Image {
  const { version, entries, folders, leftOut } = JSON.parse(text) as {
    version: number;
    entries: [RawPath, Entry][];
    folders: [RawPath, number][];
    leftOut: RawPath[];
  };
  if (version !== VERSION) throw new Error(`an image of version ${version}, and not ${VERSION}`);
  return { entries: new Map(entries), folders: new Map(folders), leftOut };
}
