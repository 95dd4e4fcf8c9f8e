// Directed acyclic graphs over the numbers 0 … n-1, given by groups of edges. Unaware of tasks.

import { MinHeap } from '../base/min-heap.ts';
import { groupsBy, inOrder, type OrderGroup } from '../model/order-group.ts';
import { addAll, addSpan, type Bits, emptyBits, hasBit, type Span, setBit, spanOf } from './bits.ts';

export type Groups = readonly OrderGroup<number>[];

const numbers = (size: number): Iterable<number> => Array(size).keys();

/** The topological order that takes the smallest number first wherever there is a choice. */
export function topologicalOrder(size: number, groups: Groups): number[] {
  const order: number[] = [];
  const visit = (node: number): (() => number) => {
    order.push(node);
    return () => 0;
  };
  inOrder(numbers(size), groups, visit, new MinHeap());
  return order;
}

/**
 * For each node the number of edges on the longest path that leads to it. A tie counts nothing and still keeps its end
 * from standing before its beginning. Edges and ties together make no circle.
 */
export function levels(size: number, edges: Groups, ties: Groups = []): number[] {
  const level = new Array<number>(size).fill(0);
  inOrder(numbers(size), [...edges, ...ties], (node, most) => {
    const own = most?.value ?? 0;
    level[node] = own;
    return (group) => (group < edges.length ? own + 1 : own);
  });
  return level;
}

/** By node those that can be reached from it, and those that it can be reached from; undefined for none. */
export interface Closure {
  after: readonly (Span | undefined)[];
  before: readonly (Span | undefined)[];
}

export function closureOf(size: number, groups: Groups): Closure {
  const order = topologicalOrder(size, groups);
  const before = reach(
    size,
    order,
    groups.map((group) => group.reversed()),
  );
  return { after: reach(size, order.reverse(), groups), before };
}

/** Pairs of a group that are worth to be put together for all its members. */
const WORTHWHILE = 10;

/** @param order the last nodes first */
function reach(size: number, order: readonly number[], groups: Groups): (Span | undefined)[] {
  const sets: (Span | undefined)[] = new Array(size).fill(undefined);
  const groupsOf = groupsBy(groups, ({ firsts }) => firsts);
  // Of groups with many pairs all that is reached from a place on.
  const gathered = new Map(
    groups
      .filter((group) => group.size > WORTHWHILE)
      .map((group) => [group, { from: Infinity, all: emptyBits(size) }]),
  );
  const put = (to: Bits, nodes: Iterable<number>): void => {
    for (const node of nodes) {
      if (hasBit(to, node)) continue;
      setBit(to, node);
      const more = sets[node];
      if (more !== undefined) addSpan(to, more);
    }
  };
  const own = emptyBits(size);
  for (const node of order) {
    const some = groupsOf(node);
    if (some.length === 0) continue;
    own.fill(0);
    for (const group of some) {
      const [at, known] = [group.placeOf(node) as number, gathered.get(group)];
      if (known === undefined || at >= known.from) put(own, group.after(node));
      else {
        put(known.all, group.secondsBetween(at, known.from + 1));
        known.from = at;
        addAll(own, known.all);
      }
    }
    sets[node] = spanOf(own);
  }
  return sets;
}
