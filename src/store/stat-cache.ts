// Which content a file has, by its print, remembered in a cache file from one run to the next.

import { writeSync } from 'node:fs';
import { cacheClock, readCache, writeCache } from '../base/cache-file.ts';
import { checksum } from '../base/checksum.ts';
import type { Fingerprint } from '../base/stat-fingerprint.ts';
import type { Oid } from './content.ts';

const FILE = 'objects';
const MAGIC = 'ptask objects 1';
/** About 30 MB as a file; beyond it what was asked for longest ago is forgotten. */
const MOST = 250_000;

/**
 * A file that is written again in the same tick of the file system's clock may keep its print: only what was changed
 * longer than this, in milliseconds, before it was read is remembered. Two seconds is the tick of FAT.
 */
const TICK = 2_000;

export class StatCache {
  readonly #root: string;
  /** Read when somebody first asks. */
  #known: Map<Fingerprint, Oid> | undefined;
  /** What was read too soon to be remembered. */
  readonly #young = new Map<Fingerprint, Oid>();
  #isStale = false;

  constructor(root: string) {
    this.#root = root;
  }

  get #all(): Map<Fingerprint, Oid> {
    this.#known ??= load(this.#root);
    return this.#known;
  }

  get(print: Fingerprint): Oid | undefined {
    return this.#all.get(print);
  }

  /**
   * What was in a file of this print when it was last read. For those to whom a file is the same as long as its print is: in the tick in
   * which it was read it may have been written to once more.
   */
  lastRead(print: Fingerprint): Oid | undefined {
    return this.#young.get(print) ?? this.get(print);
  }

  /** @param changed when the file was last changed, @param now when it was read, both by the file system's clock */
  learn(print: Fingerprint, oid: Oid, changed: number, now: number): void {
    if (changed >= now - TICK) {
      this.#young.set(print, oid);
      return;
    }
    this.#all.set(print, oid);
    this.#isStale = true;
  }

  /**
   * Milliseconds by the clock of the file system, which on a network is not ours; long ago where nothing can be remembered.
   */
  clock(): number {
    return cacheClock(this.#root) ?? Number.NEGATIVE_INFINITY;
  }

  save(): void {
    if (!this.#isStale) return;
    const lines = [...this.#all].slice(-MOST).map(([print, oid]) => `${print} ${oid}\n`);
    const body = Buffer.from(lines.join(''), 'latin1');
    writeCache(this.#root, FILE, (handle) => {
      writeSync(handle, `${MAGIC} ${checksum(body)}\n`);
      for (let at = 0; at < body.length; ) at += writeSync(handle, body, at);
    });
    this.#isStale = false;
  }
}

/** What is damaged is as good as nothing. */
function load(root: string): Map<Fingerprint, Oid> {
  const bytes = readCache(root, FILE);
  if (bytes === undefined) return new Map();
  const start = bytes.indexOf('\n') + 1;
  const body = bytes.subarray(start);
  if (bytes.toString('latin1', 0, start) !== `${MAGIC} ${checksum(body)}\n`) return new Map();
  const known = new Map<Fingerprint, Oid>();
  const text = body.toString('latin1');
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    const space = text.indexOf(' ', at);
    end = text.indexOf('\n', space);
    known.set(text.slice(at, space), text.slice(space + 1, end));
  }
  return known;
}
