// What was seen of the tasks whose results were all in place: as long as every file and folder that was looked at for one is as it was,
// its key is the same and there is nothing to restore, and neither globs nor contents need be looked at. Kept in a cache file.

import { fstatSync, lstatSync, type Stats, writeSync } from 'node:fs';
import { readCache, writeCache } from '../base/cache-file.ts';
import { elapsed } from '../base/elapsed.ts';
import { orElse } from '../base/error-code.ts';
import { millisecondsOf } from '../base/look.ts';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';
import type { Fingerprint } from '../base/stat-fingerprint.ts';
import type { TaskRecord } from './record.ts';

const FILE = 'receipts';
const VERSION = 1;
/** As in `StatCache`: what has changed less than this before it was looked at may have changed since, and not show it. */
const TICK_MS = 2_000;
/** Numbers of one path: inode, size, mode, and when its content and itself were changed. */
const NUMBERS = 5;

/** What is known of a task without looking at it. */
export interface Receipt
  extends Pick<TaskRecord, 'durationMs' | 'exitCode' | 'verify' | 'output' | 'values' | 'notes'> {
  /** Its key, 64 hexadecimal digits. */
  key: string;
  /** All but files that the key is made from. */
  about: string;
}

interface Kept extends Receipt {
  /** Numbers of paths, as stretches: from (incl.), to (excl.). */
  paths: number[];
}

/** A path that was looked at, with what the disk said. */
export interface Seen {
  path: RawPath;
  numbers: readonly number[];
}

export class Receipts {
  readonly #root: string;
  readonly #begin = elapsed();
  #tasks: Map<string, Kept> | undefined;
  #paths: RawPath[] = [];
  #numbers = new Float64Array();
  /** By number of the path: 1 where it is as it was, 2 where it is not, as far as that was looked at. */
  #known = new Uint8Array();
  readonly #new = new Map<string, { receipt: Receipt; seen: readonly Seen[] }>();
  readonly #gone = new Set<string>();

  /** @param root of the config */
  constructor(root: string) {
    this.#root = root;
  }

  /** Something has run, or was changed. */
  outdated(): void {
    this.#known.fill(0);
  }

  /** Undefined where something may have changed. @param about all but files that the task's key is made from */
  of(task: string, about: string): Receipt | undefined {
    this.#tasks ??= this.#load();
    const kept = this.#tasks.get(task);
    if (kept === undefined || kept.about !== about) return undefined;
    const { paths } = kept;
    // Folders come last, and tell at one look that a file has come or gone.
    for (let at = paths.length - 2; at >= 0; at -= 2)
      for (let path = (paths[at + 1] as number) - 1; path >= (paths[at] as number); path--)
        if (!this.#isAsItWas(path)) return undefined;
    return kept;
  }

  #isAsItWas(path: number): boolean {
    const known = this.#known[path];
    if (known !== 0) return known === 1;
    const now = statsOf(locate(this.#root, this.#paths[path] as RawPath));
    const isSame = now !== undefined && this.#isSame(now, path * NUMBERS);
    this.#known[path] = isSame ? 1 : 2;
    return isSame;
  }

  #isSame({ ino, size, mode, mtimeMs, ctimeMs }: Stats, at: number): boolean {
    const numbers = this.#numbers;
    return (
      numbers[at] === ino &&
      numbers[at + 1] === size &&
      numbers[at + 2] === mode &&
      numbers[at + 3] === mtimeMs &&
      numbers[at + 4] === ctimeMs
    );
  }

  /** All that was looked at for a task whose result was in place. */
  add(task: string, receipt: Receipt, seen: readonly Seen[]): void {
    this.#new.set(task, { receipt, seen });
  }

  /** Of a task that has run there is none. */
  drop(task: string): void {
    this.#gone.add(task);
    this.#new.delete(task);
  }

  /** The run is over. */
  save(): void {
    const old = this.#tasks ?? new Map<string, Kept>();
    const isStale = this.#new.size > 0 || [...this.#gone].some((task) => old.has(task));
    if (!isStale) return;
    writeCache(this.#root, FILE, (handle) => {
      const latest = fstatSync(handle).mtimeMs - (elapsed() - this.#begin) - TICK_MS;
      const table = new Table();
      const tasks: [string, Kept][] = [];
      for (const [task, { paths, ...receipt }] of old)
        if (!this.#new.has(task) && !this.#gone.has(task))
          tasks.push([task, { ...receipt, paths: table.add(this.#seen(paths)) }]);
      for (const [task, { receipt, seen }] of this.#new)
        if (seen.every(({ numbers }) => isProven(numbers, latest)))
          tasks.push([task, { ...receipt, paths: table.add(seen) }]);
      const { paths, numbers } = table;
      writeSync(handle, Buffer.from(`${JSON.stringify({ version: VERSION, tasks, paths })}\n`, 'latin1'));
      const bytes = Buffer.from(Float64Array.from(numbers).buffer);
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    });
  }

  #seen(stretches: readonly number[]): Seen[] {
    const seen: Seen[] = [];
    for (let at = 0; at < stretches.length; at += 2)
      for (let path = stretches[at] as number; path < (stretches[at + 1] as number); path++)
        seen.push({
          path: this.#paths[path] as RawPath,
          numbers: [...this.#numbers.subarray(path * NUMBERS, (path + 1) * NUMBERS)],
        });
    return seen;
  }

  /** What is damaged or foreign counts as nothing. */
  #load(): Map<string, Kept> {
    const bytes = readCache(this.#root, FILE);
    const end = bytes?.indexOf(0x0a) ?? -1;
    if (bytes === undefined || end < 0) return new Map();
    try {
      const { version, tasks, paths } = JSON.parse(bytes.toString('latin1', 0, end)) as {
        version: number;
        tasks: [string, Kept][];
        paths: RawPath[];
      };
      const numbers = bytes.subarray(end + 1);
      if (version !== VERSION || numbers.length !== paths.length * NUMBERS * Float64Array.BYTES_PER_ELEMENT)
        return new Map();
      this.#paths = paths;
      // A copy, which begins where numbers may begin.
      this.#numbers = new Float64Array(new Uint8Array(numbers).buffer);
      this.#known = new Uint8Array(paths.length);
      return new Map(tasks);
    } catch {
      return new Map();
    }
  }
}

/** Paths with their numbers, each once, as far as its numbers are the same. */
class Table {
  readonly paths: RawPath[] = [];
  readonly numbers: number[] = [];
  readonly #places = new Map<string, number>();

  /** As stretches. */
  add(seen: readonly Seen[]): number[] {
    const places = seen.map((each) => this.#place(each)).sort((a, b) => a - b);
    const stretches: number[] = [];
    for (const place of places) {
      if (stretches.at(-1) === place) stretches[stretches.length - 1] = place + 1;
      else if ((stretches.at(-1) ?? -1) < place) stretches.push(place, place + 1);
    }
    return stretches;
  }

  #place({ path, numbers }: Seen): number {
    const key = `${path}\0${numbers.join(' ')}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.paths.push(path) - 1;
    this.numbers.push(...numbers);
    this.#places.set(key, place);
    return place;
  }
}

const isProven = ([, , , mtimeMs = 0, ctimeMs = 0]: readonly number[], latest: number): boolean =>
  Math.max(mtimeMs, ctimeMs) < latest;

const statsOf = (path: FsPath): Stats | undefined =>
  orElse(() => lstatSync(path, { throwIfNoEntry: false }), undefined, 'ENOTDIR', 'ELOOP');

/** How many names a folder has changes with what is in it, and is said by its times. */
const numbersOf = ({ ino, size, mode, mtimeMs, ctimeMs }: Stats): number[] => [
  ino,
  size,
  mode,
  mtimeMs,
  ctimeMs,
];

/** The same of a file's fingerprint. */
export function numbersIn(fingerprint: Fingerprint): number[] {
  const [ino, size, mode, mtime, ctime] = fingerprint.split(':');
  const times = [mtime, ctime].map((ns) => millisecondsOf(BigInt(ns ?? 0)));
  return [Number(ino), Number(size), Number(mode), ...times];
}

/** What the disk says of a folder, undefined where there is none. */
export function numbersAt(root: string, folder: RawPath): number[] | undefined {
  const stats = statsOf(locate(root, folder));
  return stats?.isDirectory() ? numbersOf(stats) : undefined;
}
