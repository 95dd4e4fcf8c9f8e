// What the folders of a repository held, remembered in a cache file from one plan to the next: a folder whose
// times are unchanged still holds the same names, so looking at it once is enough.

import { fstatSync, lstatSync, type Stats, writeFileSync } from 'node:fs';
import { readCache, writeCache } from '../base/cache-file.ts';
import { elapsed } from '../base/elapsed.ts';
import { folderReader, isRemembered, LINK, type ReadFolder, UNREADABLE } from './listing-folder.ts';
import {
  decodeRecords,
  encodeRecords,
  type FolderRecord,
  type Records,
  type Stamp,
  UNPROVEN,
} from './listing-records.ts';

const FILE = 'folders';
/** Folders whose names are looked at once more, since their times prove nothing yet. */
const MOST_ASKED = 500;
/**
 * A change made in the same tick of the file system's clock as the last look leaves the folder's times as they were:
 * only times this many milliseconds older than the look prove something. Two seconds is the tick of FAT.
 */
const TICK_MS = 2_000;

/** The folders of one root for the time of one command: what was read once, now or earlier, is not read again. */
export class DirectoryCache {
  readonly #root: string;
  readonly #base: string;
  readonly #begin = elapsed();
  /** What the file has, by path as the index of a record. */
  #known: Records | undefined;
  #index: Map<string, number> | undefined;
  readonly #seen = new Map<string, FolderRecord>();
  /** Whether the file lacks something, or has what is no longer so. */
  #isStale = false;
  #isComplete = true;
  readonly #makeReader: (root: string) => ReadFolder;

  constructor(root: string, makeReader = folderReader) {
    this.#root = root;
    this.#base = root.endsWith('/') ? root : `${root}/`;
    this.#makeReader = makeReader;
    // On Windows a folder's times are brought up to date when the file system sees fit.
    if (process.platform !== 'win32') this.#known = load(root);
  }

  /**
   * Names the state of all folders that are remembered, when each of them still holds what it held: two equal names, two
   * equal trees. Undefined when something has changed or when not all is remembered.
   */
  unchanged(): string | undefined {
    const known = this.#known;
    if (known?.state === undefined) return undefined;
    const ask = this.#makeReader(this.#root);
    let unproven = 0;
    const same = known.paths.every((path, at) => {
      const stamp = known.stamp(at);
      if (stamp[0] !== UNPROVEN[0]) return isStamp(this.#look(path), stamp);
      // Few are asked again, as one that something has just changed in; for many it is time to prove them.
      return ++unproven < MOST_ASKED && ask(path).join('\0') === known.entries(at);
    });
    if (!same) this.#isStale = true;
    return same ? known.state : undefined;
  }

  /** A reader for one walk. */
  reader(): ReadFolder {
    const ask = this.#makeReader(this.#root);
    return (folder) => {
      const seen = this.#seen.get(folder) ?? this.#recall(folder);
      if (seen !== undefined) return seen.entries === '' ? [] : seen.entries.split('\0');
      // Before the names are read: what changes afterwards shows next time.
      const stats = isRemembered(folder) ? this.#look(folder) : undefined;
      const names = ask(folder);
      const entries = names.join('\0');
      if (stats?.isDirectory() && names !== UNREADABLE && isRemembered(entries)) {
        const { ino, dev, mtimeMs, ctimeMs } = stats;
        this.#seen.set(folder, { path: folder, stamp: [ino, dev, mtimeMs, ctimeMs], entries });
        this.#isStale = true;
      } else this.#isComplete = false;
      return names;
    };
  }

  /** The symbolic links in all folders that were read. */
  links(): string[] {
    return [...this.#seen.values()]
      .filter(({ entries }) => entries.includes(LINK))
      .flatMap(({ path, entries }) =>
        entries
          .split('\0')
          .filter((name) => name.endsWith(LINK))
          .map((name) => (path === '' ? '' : `${path}/`) + name.slice(0, -LINK.length)),
      );
  }

  /** To be called when all is read. What `unchanged` will answer as long as nothing changes. */
  save(): string | undefined {
    if (process.platform === 'win32') return undefined;
    if (!this.#isStale && this.#known !== undefined) return this.#isComplete ? this.#known?.state : undefined;
    let saved: string | undefined;
    writeCache(this.#root, FILE, (handle) => {
      const took = elapsed() - this.#begin;
      // Just made by the file system, whose clock may not agree with ours.
      const { mtimeMs: now, dev } = fstatSync(handle);
      const isProven = ({ stamp }: FolderRecord): boolean =>
        stamp[1] === dev && Math.max(stamp[2], stamp[3]) < now - took - TICK_MS;
      const all = [...this.#seen.values(), ...this.#others()].sort((a, b) => (a.path < b.path ? -1 : 1));
      const records = all.map((record) => (isProven(record) ? record : { ...record, stamp: UNPROVEN }));
      const { bytes, state } = encodeRecords(records, this.#isComplete);
      writeFileSync(handle, bytes);
      saved = state;
    });
    return saved;
  }

  /** Those that nobody has asked for this time, and that are as they were: plans of other tasks may stand on them. */
  #others(): FolderRecord[] {
    const known = this.#known;
    if (known === undefined) return [];
    const ask = this.#makeReader(this.#root);
    return known.paths.flatMap((path, at) => {
      if (this.#seen.has(path)) return [];
      const [stamp, entries] = [known.stamp(at), known.entries(at)];
      const isAsItWas =
        stamp[0] === UNPROVEN[0] ? ask(path).join('\0') === entries : isStamp(this.#look(path), stamp);
      return isAsItWas ? [{ path, stamp, entries }] : [];
    });
  }

  #recall(folder: string): FolderRecord | undefined {
    const known = this.#known;
    if (known === undefined) return undefined;
    this.#index ??= new Map(known.paths.map((path, at) => [path, at]));
    const at = this.#index.get(folder);
    if (at === undefined) return undefined;
    const stamp = known.stamp(at);
    if (!isStamp(this.#look(folder), stamp)) return undefined;
    const record = { path: folder, stamp, entries: known.entries(at) };
    this.#seen.set(folder, record);
    return record;
  }

  #look(folder: string): Stats | undefined {
    try {
      return lstatSync(this.#base + folder, { throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  }
}

const isStamp = (stats: Stats | undefined, [ino, dev, mtime, ctime]: Stamp): boolean =>
  stats !== undefined &&
  stats.mtimeMs === mtime &&
  stats.ctimeMs === ctime &&
  stats.ino === ino &&
  stats.dev === dev &&
  stats.isDirectory();

function load(root: string): Records | undefined {
  try {
    const bytes = readCache(root, FILE);
    return bytes && decodeRecords(bytes);
  } catch {
    return undefined;
  }
}
