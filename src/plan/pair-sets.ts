// Pairs of numbers, by what is to be said of them: put in by rows, each of one number with some above it, and put together
// to groups of rows that have the same. Unaware of tasks.

import { OrderGroup, type PairLists } from '../model/order-group.ts';
import { type Bits, bitCount, bitsOf, emptyBits, maskAbove } from './bits.ts';

export interface PairGroup<T> {
  label: T;
  members: PairLists<number>;
  pairs: OrderGroup<number>;
}

export const groupOf = <T>(label: T, members: PairLists<number>): PairGroup<T> => ({
  ...{ label, members },
  pairs: new OrderGroup(members),
});

/** The first pairs of all groups, as many as are wanted. */
export function pairsOf<T>(groups: readonly PairGroup<T>[], most: number): [number, number, T][] {
  const found: [number, number, T][] = [];
  for (const { label, pairs } of groups)
    for (const [first, second] of pairs.pairs()) {
      if (found.length === most) return found;
      found.push([first, second, label]);
    }
  return found;
}

export const countOf = (groups: readonly PairGroup<unknown>[]): number =>
  groups.reduce((sum, { pairs }) => sum + pairs.size, 0);

/** Where in the pairs of a row those above it stand. */
export type Side = 'first' | 'second';

export class PairSets<T> {
  readonly #byLabel = new Map<T, Record<Side, Rows>>();
  readonly #row: Rows[] = [];
  readonly #spare: Bits[] = [];
  readonly #size: number;
  #pairs = 0;
  #blocks = 0;

  /** @param size all numbers are below it */
  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#pairs;
  }

  /** So many groups at most. */
  get groups(): number {
    return this.#blocks;
  }

  /** Labels are the same when they are the same object. */
  add(label: T, others: number | Bits, side: Side): void {
    let known = this.#byLabel.get(label);
    if (known === undefined) {
      known = { first: new Rows(), second: new Rows() };
      this.#byLabel.set(label, known);
    }
    const rows = known[side];
    if (rows.open === undefined) {
      rows.open = this.#spare.pop() ?? emptyBits(this.#size);
      this.#row.push(rows);
    }
    rows.put(others);
  }

  /** Ends a row; they come in ascending order. */
  endRow(low: number): void {
    for (const rows of this.#row) {
      const before = rows.blocks.length;
      this.#pairs += rows.close(low);
      this.#blocks += rows.blocks.length - before;
      this.#spare.push(rows.open as Bits);
      rows.open = undefined;
    }
    this.#row.length = 0;
  }

  /** Each pair is in one of them; label by label, in the order of their first rows. */
  toGroups(): PairGroup<T>[] {
    return [...this.#byLabel].flatMap(([label, { first, second }]) =>
      groupsOf(second.blocks, first.blocks).map((members) => groupOf(label, members)),
    );
  }
}

/** Rows that have the same above the last of them. */
interface Block {
  rows: number[];
  /** Of the first row all words from a certain one on. */
  others: Bits;
  from: number;
  pairs: number;
}

/** Blocks that a row is compared with: what is uniform has few, and what is not is as well told in more. */
const MOST_COMPARED = 8;
/** Behind all words. */
const NOWHERE = 0x3fff_ffff;

class Rows {
  /** Last used last. */
  readonly blocks: Block[] = [];
  /** Of the row that is being put in. */
  open: Bits | undefined;
  #from = NOWHERE;
  #to = 0;

  put(others: number | Bits): void {
    const open = this.open as Bits;
    if (typeof others === 'number') {
      const word = others >>> 5;
      open[word] = (open[word] as number) | (1 << (others & 31));
      if (word < this.#from) this.#from = word;
      if (word >= this.#to) this.#to = word + 1;
      return;
    }
    for (let word = 0; word < others.length; word++) {
      if (others[word] === 0) continue;
      open[word] = (open[word] as number) | (others[word] as number);
      if (word < this.#from) this.#from = word;
      if (word >= this.#to) this.#to = word + 1;
    }
  }

  /** How many pairs the row has. */
  close(low: number): number {
    const open = this.open as Bits;
    const [from, to] = [this.#from, this.#to];
    let pairs = 0;
    for (let word = from; word < to; word++) pairs += bitCount(open[word] as number);
    this.#sort(low, pairs);
    open.fill(0, from, to);
    this.#from = NOWHERE;
    this.#to = 0;
    return pairs;
  }

  /**
   * Puts the row to a block that has the same above it, or most of it and nothing else; what is left over then is a row of
   * its own.
   */
  #sort(low: number, pairs: number): void {
    const { blocks } = this;
    const open = this.open as Bits;
    let best: { at: number; count: number } | undefined;
    for (let at = blocks.length - 1; at >= Math.max(0, blocks.length - MOST_COMPARED); at--) {
      const count = inCommon(blocks[at] as Block, open, low) ?? 0;
      if (2 * count > pairs && count > (best?.count ?? 0)) best = { at, count };
      if (best?.count === pairs) break;
    }
    if (best === undefined) {
      blocks.push({ rows: [low], others: open.slice(this.#from, this.#to), from: this.#from, pairs });
      return;
    }
    const [block] = blocks.splice(best.at, 1) as [Block];
    block.rows.push(low);
    block.pairs += best.count;
    blocks.push(block);
    if (best.count === pairs) return;
    for (const [at, word] of block.others.entries()) {
      const taken = at + block.from === low >>> 5 ? word & maskAbove(low) : word;
      if (at + block.from >= low >>> 5) open[at + block.from] = (open[at + block.from] as number) & ~taken;
    }
    this.#sort(low, pairs - best.count);
  }
}

/** How many above a number a block has, when the row has them as well; undefined when the row lacks some. */
function inCommon({ others, from }: Block, row: Bits, low: number): number | undefined {
  const start = Math.max(from, low >>> 5);
  let count = 0;
  for (let word = from + others.length - 1; word >= start; word--) {
    const all = others[word - from] as number;
    const own = word === low >>> 5 ? all & maskAbove(low) : all;
    if ((own & ~(row[word] as number)) !== 0) return undefined;
    count += bitCount(own);
  }
  return count;
}

/** The pairs of a block as two ascending lists, of which those are pairs that stand on the right side of each other. */
interface Steps {
  firsts: number[];
  seconds: number[];
  pairs: number;
}

function groupsOf(ascending: readonly Block[], descending: readonly Block[]): PairLists<number>[] {
  const up = ascending.toSorted(byFirstRow).map((block): Steps => {
    return { firsts: block.rows, seconds: othersOf(block), pairs: block.pairs };
  });
  const down = descending.toSorted(byFirstRow).map((block): Steps => {
    return { firsts: othersOf(block), seconds: block.rows, pairs: block.pairs };
  });
  const whole: PairLists<number>[] = [];
  if (up.length * down.length <= MOST_COMPARED)
    for (const one of [...up])
      for (const other of [...down]) {
        const both = together(one, other);
        if (both === undefined || !up.includes(one) || !down.includes(other)) continue;
        whole.push(both);
        up.splice(up.indexOf(one), 1);
        down.splice(down.indexOf(other), 1);
      }
  return [
    ...whole,
    ...up.flatMap((steps) => listsOf(steps, 1)),
    ...down.flatMap((steps) => listsOf(steps, -1)),
  ];
}

const byFirstRow = (a: Block, b: Block): number => (a.rows[0] as number) - (b.rows[0] as number);

function othersOf({ others, from }: Block): number[] {
  return Array.from(bitsOf(others), (at) => at + 32 * from);
}

const merged = (a: readonly number[], b: readonly number[]): number[] =>
  [...new Set([...a, ...b])].sort((one, other) => one - other);

/** Each with each, whichever is the lower one. */
function together(up: Steps, down: Steps): PairLists<number> | undefined {
  const [firsts, seconds] = [merged(up.firsts, down.firsts), merged(up.seconds, down.seconds)];
  return firsts.length * seconds.length === up.pairs + down.pairs ? [firsts, seconds] : undefined;
}

/** @param sign 1: of each pair the lower one is the first; -1: the higher one */
function listsOf(steps: Steps, sign: 1 | -1): PairLists<number>[] {
  const { firsts, seconds, pairs } = steps;
  if (firsts.length * seconds.length === pairs) return [[firsts, seconds]];
  if (sign === -1) return [stairs(steps, sign)];
  const isSecond = new Set(seconds);
  const core = firsts.filter((one) => isSecond.has(one));
  // Before all that are both one may stand that is only waited for, and one behind that only waits.
  const [low, high] = [firsts[0] as number, seconds.at(-1) as number];
  const all = new Set(merged(core, [low, high]));
  if (all.size < 3) return [stairs(steps, sign)];
  const rest = [
    { firsts: firsts.filter((one) => !all.has(one)), seconds },
    { firsts: firsts.filter((one) => all.has(one)), seconds: seconds.filter((one) => !all.has(one)) },
  ];
  const others = rest.filter(({ firsts: [first = Infinity], seconds }) => first < (seconds.at(-1) ?? -1));
  return [[[...all]], ...others.map((each) => stairs(each, sign))];
}

/** Each first with the seconds on its right side: lists of the ones and of the others in turn. */
function stairs({ firsts, seconds }: Pick<Steps, 'firsts' | 'seconds'>, sign: 1 | -1): PairLists<number> {
  const [isFirst, isSecond] = [new Set(firsts), new Set(seconds)];
  const lists: number[][] = [];
  const put = (member: number, role: 0 | 1): void => {
    const open = lists.at(-1);
    if (open !== undefined && (lists.length - 1) % 2 === role) open.push(member);
    else if (open !== undefined || role === 0) lists.push([member]);
  };
  const all = merged(firsts, seconds);
  for (const member of sign === 1 ? all : all.reverse()) {
    if (isSecond.has(member)) put(member, 1);
    if (isFirst.has(member)) put(member, 0);
  }
  return lists.length % 2 === 1 ? lists.slice(0, -1) : lists;
}
