// What was seen of the tasks whose results were all in place: as long as every file and folder that was looked at for one is as it was,
// its key is the same and there is nothing to restore, and neither globs nor contents need be looked at. Kept in a cache file.

import { constants, writeSync } from 'node:fs';
import { cacheClock, readCache, writeCache } from '../base/cache-file.ts';
import { elapsed } from '../base/elapsed.ts';
import { millisecondsOf } from '../base/look.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import type { Fingerprint } from '../base/stat-fingerprint.ts';
import type { TaskRecord } from './record.ts';
import {
  lengthOf,
  numbersOf,
  type Seen,
  SeenTable,
  type Stretches,
  statsOf,
  TableBuilder,
} from './seen-table.ts';

const FILE = 'receipts';
const VERSION = 2;
const NEWLINE = 0x0a;
/** As in `StatCache`: what has changed less than this before it was looked at may have changed since, and not show it. */
const TICK_MS = 2_000;
/** Files from which on `ManyFiles` is worth asking. */
const MANY = 3_000;

/** What is known of a task without looking at it. */
export interface Receipt
  extends Pick<TaskRecord, 'durationMs' | 'exitCode' | 'verify' | 'output' | 'values' | 'notes'> {
  /** Its key, 64 hexadecimal digits. */
  key: string;
  /** All but files that the key is made from. */
  about: string;
}

export interface Remembered {
  word: string;
  /** Those that are not as they were seen: nothing will be said of them. */
  others: RawPath[];
}

/** Looks at many files at once, faster than we do. */
export interface ManyFiles {
  /** Remembers how they are, where they are as they were seen; undefined where it does not. */
  remember(files: readonly Seen[]): Promise<Remembered | undefined>;
  /** Those that have changed since they were remembered, and perhaps some that have not; undefined where that cannot be told. */
  changedSince(word: string): Promise<readonly RawPath[] | undefined>;
}

/** Where in the tables stands what was seen. */
interface Places {
  folders: Stretches;
  files: Stretches;
}

interface Kept {
  tasks: Map<string, Receipt & Places>;
  folders: SeenTable;
  files: SeenTable;
  /** By `ManyFiles`, of all the files. */
  remembered?: Remembered;
}

/** The first line of the cache file; the tables are the rest of it. */
interface Header {
  version: number;
  tasks: [string, Receipt & Places][];
  /** Bytes of the first table. */
  folders: number;
  remembered?: Remembered;
}

export class Receipts {
  readonly #root: string;
  readonly #many: ManyFiles;
  readonly #begin = elapsed();
  #known: Kept | undefined;
  /** What many files look like, as long as nothing has changed since that was asked. */
  #ahead: Promise<readonly RawPath[] | undefined> | undefined;
  readonly #new = new Map<string, { receipt: Receipt; seen: readonly Seen[] }>();
  readonly #gone = new Set<string>();
  /** Nobody can tell any more what was remembered of many files. */
  #isForgotten = false;

  /** @param root of the config */
  constructor(root: string, many: ManyFiles) {
    this.#root = root;
    this.#many = many;
  }

  get #kept(): Kept {
    this.#known ??= this.#load();
    return this.#known;
  }

  /** These tasks are going to be asked for: where many files were seen of them these begin to be looked at. */
  lookAhead(tasks: Iterable<string>): void {
    const { remembered, tasks: kept } = this.#kept;
    if (remembered === undefined) return;
    let count = 0;
    for (const task of tasks) count += lengthOf(kept.get(task)?.files ?? []);
    if (count >= MANY) this.#ahead = this.#many.changedSince(remembered.word);
  }

  /** What is looked at has been. */
  async lookedAhead(): Promise<void> {
    const ahead = this.#ahead;
    const changed = await ahead;
    if (ahead === undefined || this.#ahead !== ahead) return;
    this.#ahead = undefined;
    const { files, remembered } = this.#kept;
    if (changed === undefined) this.#isForgotten = true;
    else files.assume([...changed, ...(remembered?.others ?? [])]);
  }

  /** Something has run, or was changed. */
  outdated(): void {
    this.#ahead = undefined;
    this.#known?.folders.outdated();
    this.#known?.files.outdated();
  }

  /** Undefined where something may have changed. @param about all but files that the task's key is made from */
  of(task: string, about: string): Receipt | undefined {
    const { tasks, folders, files } = this.#kept;
    const kept = tasks.get(task);
    if (kept === undefined || kept.about !== about) return undefined;
    const isSame = folders.isAsItWas(this.#root, kept.folders) && files.isAsItWas(this.#root, kept.files);
    return isSame ? kept : undefined;
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
  async save(): Promise<void> {
    const old = this.#kept;
    const isGone = [...this.#gone].some((task) => old.tasks.has(task));
    const isStale = this.#new.size > 0 || isGone || this.#isForgotten;
    const clock = isStale ? cacheClock(this.#root) : undefined;
    if (clock === undefined) return;
    const latest = clock - (elapsed() - this.#begin) - TICK_MS;
    const [folders, files] = [new TableBuilder(), new TableBuilder()];
    const tasks: Header['tasks'] = [];
    for (const [task, kept] of old.tasks) {
      if (this.#new.has(task) || this.#gone.has(task)) continue;
      const places = {
        folders: folders.add(old.folders.seenIn(kept.folders)),
        files: files.add(old.files.seenIn(kept.files)),
      };
      tasks.push([task, { ...kept, ...places }]);
    }
    const known = files.seen.length;
    for (const [task, { receipt, seen }] of this.#new) {
      if (!seen.every(({ numbers }) => isProven(numbers, latest))) continue;
      const places = {
        folders: folders.add(seen.filter(isFolder)),
        files: files.add(seen.filter((each) => !isFolder(each))),
      };
      tasks.push([task, { ...receipt, ...places }]);
    }
    // Who knows more files than there are left knows these.
    const last = this.#isForgotten ? undefined : old.remembered;
    const remembered = files.seen.length === known ? last : await this.#remember(files.seen);
    const first = folders.bytes();
    const header: Header = {
      ...{ version: VERSION, tasks, folders: first.length },
      ...(remembered && { remembered }),
    };
    const line = Buffer.from(`${JSON.stringify(header)}\n`, 'latin1');
    const bytes = Buffer.concat([line, first, files.bytes()]);
    writeCache(this.#root, FILE, (handle) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    });
  }

  async #remember(files: readonly Seen[]): Promise<Remembered | undefined> {
    return files.length < MANY ? undefined : this.#many.remember(files);
  }

  /** What is damaged or foreign counts as nothing. */
  #load(): Kept {
    try {
      const bytes = readCache(this.#root, FILE) as Buffer;
      const end = bytes.indexOf(NEWLINE);
      const { version, tasks, folders, remembered } = JSON.parse(bytes.toString('latin1', 0, end)) as Header;
      if (version !== VERSION) return nothing();
      return {
        tasks: new Map(tasks),
        folders: new SeenTable(bytes.subarray(end + 1, end + 1 + folders)),
        files: new SeenTable(bytes.subarray(end + 1 + folders)),
        ...(remembered && { remembered }),
      };
    } catch {
      return nothing();
    }
  }
}

const nothing = (): Kept => {
  const empty = new SeenTable(new TableBuilder().bytes());
  return { tasks: new Map(), folders: empty, files: empty };
};

/** As the mode says, the third number. */
const isFolder = ({ numbers: [, , mode = 0] }: Seen): boolean => (mode & S_IFMT) === S_IFDIR;
const { S_IFMT, S_IFDIR } = constants;

const isProven = ([, , , mtimeMs = 0, ctimeMs = 0]: readonly number[], latest: number): boolean =>
  Math.max(mtimeMs, ctimeMs) < latest;

/** What a file's fingerprint says, as numbers. */
export function numbersIn(fingerprint: Fingerprint): number[] {
  const [ino, size, mode, mtime, ctime] = fingerprint.split(':');
  const times = [mtime, ctime].map((ns) => millisecondsOf(BigInt(ns ?? 0)));
  return [Number(ino), Number(size), Number(mode), ...times];
}

/** What the disk says of a folder, undefined where there is none: which names are in it is said by its times. */
export function numbersAt(root: string, folder: RawPath): number[] | undefined {
  const stats = statsOf(locate(root, folder));
  return stats?.isDirectory() ? numbersOf(stats) : undefined;
}
