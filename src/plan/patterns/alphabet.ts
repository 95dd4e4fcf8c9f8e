import { type CharSet, contains } from './charset.ts';

/**
 * The characters of one pattern, grouped: two characters are in one class when no set of the pattern tells them
 * apart (the minterms of symbolic automata; D'Antoni and Veanes, POPL 2014). A DFA needs one transition per class
 * instead of 65,536.
 */
export class Alphabet {
  /** Start of each interval of characters that share a class, ascending, the first one 0. */
  readonly starts: readonly number[];
  /** How many classes there are. */
  readonly size: number;
  readonly #classes: Uint32Array;
  readonly #ascii = new Uint32Array(128);
  readonly #members: number[] = [];
  readonly #sets: readonly CharSet[];

  constructor(sets: readonly CharSet[]) {
    this.#sets = sets;
    this.starts = boundaries(sets);
    this.#classes = refine(sets, this.starts);
    const names = new Map<number, number>();
    for (let i = 0; i < this.starts.length; i++) {
      const key = this.#classes[i] as number;
      let name = names.get(key);
      if (name === undefined) {
        name = names.size;
        names.set(key, name);
        this.#members.push(this.starts[i] as number);
      }
      this.#classes[i] = name;
    }
    this.size = names.size;
    for (let unit = 0; unit < 128; unit++)
      this.#ascii[unit] = this.#classes[position(this.starts, unit)] as number;
  }

  classOf(unit: number): number {
    return (unit < 128 ? this.#ascii[unit] : this.#classes[position(this.starts, unit)]) as number;
  }

  /** Whether the characters of a class are in a set; all of them are, or none. */
  has(set: number, charClass: number): boolean {
    return contains(this.#sets[set] as CharSet, this.#members[charClass] as number);
  }
}

function boundaries(sets: readonly CharSet[]): number[] {
  const starts = new Set([0]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) starts.add(set[i] as number).add((set[i + 1] as number) + 1);
  }
  starts.delete(0x10000);
  return [...starts].sort((a, b) => a - b);
}

/** Splits the classes by one set after the other; only the intervals a set covers are looked at. */
function refine(sets: readonly CharSet[], starts: readonly number[]): Uint32Array {
  const classes = new Uint32Array(starts.length);
  let next = 1;
  for (const set of sets) {
    const split = new Map<number, number>();
    for (let i = 0; i < set.length; i += 2) {
      const to = set[i + 1] as number;
      for (
        let at = position(starts, set[i] as number);
        at < starts.length && (starts[at] as number) <= to;
        at++
      ) {
        const old = classes[at] as number;
        if (!split.has(old)) split.set(old, next++);
        classes[at] = split.get(old) as number;
      }
    }
  }
  return classes;
}

/** Index of the interval that holds a character. */
function position(starts: readonly number[], unit: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}
