// Paths, each with what the disk has said of it, as a table that is written and read in one piece: of a hundred thousand of them
// nothing is made before somebody asks.

import { type BigIntStats, lstatSync, type Stats } from 'node:fs';
import { codeOf } from '../base/error-code.ts';
import { millisecondsOf } from '../base/look.ts';
import { type FsPath, locate, type RawPath } from '../base/raw-path.ts';

/** A path that was looked at. */
export interface Seen {
  path: RawPath;
  /** Inode, size, mode, and when its content and itself were changed. */
  numbers: readonly number[];
}

const NUMBERS = 5;
const BYTES = NUMBERS * Float64Array.BYTES_PER_ELEMENT;
/** Of the header: how many paths there are. */
const HEADER = 8;

/** Places in a table: from (incl.), to (excl.), and so on. */
export type Stretches = readonly number[];

export const lengthOf = (stretches: Stretches): number => {
  let length = 0;
  for (let at = 0; at < stretches.length; at += 2)
    length += (stretches[at + 1] as number) - (stretches[at] as number);
  return length;
};

function* placesIn(stretches: Stretches): Generator<number> {
  for (let at = 0; at < stretches.length; at += 2)
    for (let place = stretches[at] as number; place < (stretches[at + 1] as number); place++) yield place;
}

export class SeenTable {
  readonly #bytes: Buffer;
  readonly length: number;
  #paths: RawPath[] | undefined;
  #numbers: Float64Array | undefined;
  /** By place: 1 where it is as it was, 2 where it is not, as far as that was looked at. */
  readonly #known: Uint8Array;

  /** Throws where it makes no sense. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.length = bytes.readDoubleLE();
    if (HEADER + this.length * BYTES > bytes.length) throw new Error('it is cut off');
    this.#known = new Uint8Array(this.length);
  }

  get paths(): readonly RawPath[] {
    const text = (): string => this.#bytes.toString('latin1', HEADER + this.length * BYTES);
    this.#paths ??= this.length === 0 ? [] : (text().split('\0') as RawPath[]);
    return this.#paths;
  }

  get #all(): Float64Array {
    // A copy, which begins where numbers may begin.
    this.#numbers ??= new Float64Array(
      new Uint8Array(this.#bytes.subarray(HEADER, HEADER + this.length * BYTES)).buffer,
    );
    return this.#numbers;
  }

  seenAt(place: number): Seen {
    const from = place * NUMBERS;
    return { path: this.paths[place] as RawPath, numbers: [...this.#all.subarray(from, from + NUMBERS)] };
  }

  *seenIn(stretches: Stretches): Generator<Seen> {
    for (const place of placesIn(stretches)) yield this.seenAt(place);
  }

  /** Something may have changed: all is looked at anew. */
  outdated(): void {
    this.#known.fill(0);
  }

  /** All are as they were but for those, of which that is to be looked at. */
  assume(others: Iterable<RawPath>): void {
    this.#known.fill(1);
    const unsure = new Set(others);
    if (unsure.size === 0) return;
    for (const [place, path] of this.paths.entries()) if (unsure.has(path)) this.#known[place] = 0;
  }

  /** Whether all of them are as they were; each is looked at once. */
  isAsItWas(root: string, stretches: Stretches): boolean {
    const known = this.#known;
    for (let at = 0; at < stretches.length; at += 2)
      for (let place = stretches[at] as number; place < (stretches[at + 1] as number); place++) {
        if (known[place] === 0) known[place] = this.#look(root, place) ? 1 : 2;
        if (known[place] !== 1) return false;
      }
    return true;
  }

  #look(root: string, place: number): boolean {
    const now = statsOf(locate(root, this.paths[place] as RawPath));
    const at = place * NUMBERS;
    const was = this.#all;
    return (
      now !== undefined &&
      was[at] === now.ino &&
      was[at + 1] === now.size &&
      was[at + 2] === now.mode &&
      was[at + 3] === now.mtimeMs &&
      was[at + 4] === now.ctimeMs
    );
  }
}

/** Makes a table, in which each is once, as far as its numbers are the same. */
export class TableBuilder {
  readonly #seen: Seen[] = [];
  readonly #places = new Map<string, number>();

  get seen(): readonly Seen[] {
    return this.#seen;
  }

  add(seen: Iterable<Seen>): Stretches {
    const places = [...seen].map((each) => this.#place(each)).sort((a, b) => a - b);
    const stretches: number[] = [];
    for (const place of places) {
      if (stretches.at(-1) === place) stretches[stretches.length - 1] = place + 1;
      else if ((stretches.at(-1) ?? -1) < place) stretches.push(place, place + 1);
    }
    return stretches;
  }

  #place(seen: Seen): number {
    const key = `${seen.path}\0${seen.numbers.join(' ')}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#seen.push(seen) - 1;
    this.#places.set(key, place);
    return place;
  }

  bytes(): Buffer {
    const header = Buffer.alloc(HEADER);
    header.writeDoubleLE(this.#seen.length);
    const numbers = Buffer.from(Float64Array.from(this.#seen.flatMap(({ numbers }) => numbers)).buffer);
    const paths = Buffer.from(this.#seen.map(({ path }) => path).join('\0'), 'latin1');
    return Buffer.concat([header, numbers, paths]);
  }
}

/** Whether the disk says the same as then. */
export function isSame([ino, size, mode, mtimeMs, ctimeMs]: Seen['numbers'], now: BigIntStats): boolean {
  return (
    ino === Number(now.ino) &&
    size === Number(now.size) &&
    mode === Number(now.mode) &&
    mtimeMs === millisecondsOf(now.mtimeNs) &&
    ctimeMs === millisecondsOf(now.ctimeNs)
  );
}

const OPTIONS = { throwIfNoEntry: false } as const;

/** What the disk says of a path; undefined where there is nothing. */
export function statsOf(path: FsPath): Stats | undefined {
  try {
    return lstatSync(path, OPTIONS);
  } catch (error) {
    // Beyond a file, or beyond a link that leads to itself.
    if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

export const numbersOf = ({ ino, size, mode, mtimeMs, ctimeMs }: Stats): number[] => [
  ino,
  size,
  mode,
  mtimeMs,
  ctimeMs,
];
