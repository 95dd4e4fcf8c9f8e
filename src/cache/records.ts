// The records of a store: a folder for each task, in it a file for each key, whose time says when it was last used.

import { closeSync, lstatSync, lutimesSync, readdirSync, statSync } from 'node:fs';
import { digestOf } from '../base/digest.ts';
import { orElse } from '../base/error-code.ts';
import { openToRead } from '../base/own-files.ts';
import type { Parts, TaskRecord } from './record.ts';
import { isDigest } from './record-check.ts';
import { decodeParts, decodeRecord, type Earlier, encodeRecord } from './record-file.ts';
import { type StoreFolder, TASKS } from './store-folder.ts';

/** A use is told to the hour: to write it down takes longer than to see that it was. */
const FRESH_MS = 3_600_000;

export class Records {
  readonly #folder: StoreFolder;
  readonly #count: (bytes: number) => void;

  /** @param count hears of what is new */
  constructor(folder: StoreFolder, count: (bytes: number) => void) {
    this.#folder = folder;
    this.#count = count;
  }

  read(task: string, key: string): TaskRecord | undefined {
    const kept = this.#decode(task, key, decodeRecord);
    return kept?.record;
  }

  partsOf(task: string, most: number, enough = Number.POSITIVE_INFINITY): Earlier[] {
    const folder = this.#folder.pathOf(...namesOf(task));
    const keys = orElse(() => readdirSync(folder), []).filter(isDigest);
    const times = new Map(keys.map((key) => [key, mtimeOf(this.#path(task, key))]));
    keys.sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0) || (a < b ? -1 : 1));
    const found: Earlier[] = [];
    let count = 0;
    for (const key of keys.slice(0, most)) {
      if (count >= enough) break;
      const earlier = this.#decode(task, key, decodeParts);
      if (earlier === undefined) continue;
      const { storedAt, parts } = earlier;
      found.push({ key, storedAt, parts });
      count += parts.size;
    }
    return found;
  }

  write(task: string, key: string, record: TaskRecord, parts: Parts): void {
    if (!isDigest(key)) throw new Error(`${key} is no key`);
    const bytes = encodeRecord({ task, key, record }, parts);
    this.#folder.enter(bytes, namesOf(task), key);
    this.#count(bytes.length);
  }

  remove(task: string, key: string): void {
    if (isDigest(key)) this.#folder.remove(namesOf(task), key);
  }

  /** Writes down that it is used now, within the hour; false where there is no such record. */
  used(task: string, key: string): boolean {
    if (!isDigest(key)) return false;
    const path = this.#path(task, key);
    const stats = orElse(() => lstatSync(path, { throwIfNoEntry: false }), undefined);
    if (stats?.isFile() !== true) return false;
    const now = Date.now();
    // Where it is another user's, it is as old as it was.
    if (now - stats.mtimeMs > FRESH_MS) orElse(() => lutimesSync(path, now / 1_000, now / 1_000), undefined);
    return true;
  }

  /** What makes no sense, or is another's record, is removed. */
  #decode<T extends { task: string; key: string }>(
    task: string,
    key: string,
    decode: (handle: number) => T | undefined,
  ): T | undefined {
    const handle = isDigest(key) ? openToRead(this.#path(task, key)) : undefined;
    if (handle === undefined) return undefined;
    try {
      const kept = decode(handle);
      if (kept?.task === task && kept.key === key) return kept;
    } catch {
      // A disk that cannot read it.
      return undefined;
    } finally {
      closeSync(handle);
    }
    this.remove(task, key);
    return undefined;
  }

  #path(task: string, key: string): string {
    return this.#folder.pathOf(...namesOf(task), key);
  }
}

const mtimeOf = (path: string): number => orElse(() => statSync(path).mtimeMs, 0);

function namesOf(task: string): [top: string, shard: string, name: string] {
  const digest = digestOf(task);
  return [TASKS, digest.slice(0, 2), digest.slice(2)];
}
