// What is reachable is what a search finds: all at once, and task after task as edges come in.
import fc from 'fast-check';
import { OrderGroup, reachedFrom } from '../../src/model/order-group.ts';
import { hasBit, hasInSpan } from '../../src/plan/bits.ts';
import { closureOf, levels, topologicalOrder } from '../../src/plan/graph.ts';
import { Precedence } from '../../src/plan/precedence.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('plan/graph');
const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 200);

type Edge = readonly [from: number, to: number];

function search(all: readonly Edge[], from: number, seen = new Set<number>()): Set<number> {
  for (const [a, b] of all) if (a === from && !seen.has(b)) search(all, b, seen.add(b));
  return seen;
}

const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);

const SIZE = 40;
/** Ascending lists, of which each but the first begins above the one before it: no circle. */
const group = fc
  .tuple(fc.uniqueArray(fc.nat(SIZE - 1), { minLength: 2, maxLength: 20 }), fc.integer({ min: 1, max: 6 }))
  .map(([members, lists]) => {
    const all = sorted(members);
    const length = Math.ceil(all.length / lists);
    return Array.from({ length: lists }, (_, at) => all.slice(at * length, (at + 1) * length)).filter(
      (list) => list.length > 0,
    );
  });

test('property: groups of edges are the graph of their pairs', () => {
  fc.assert(
    fc.property(fc.array(group, { maxLength: 6 }), (all) => {
      const groups = all.map((lists) => new OrderGroup(lists));
      const edges = groups.flatMap((each) => [...each.pairs()]);
      const { after, before } = closureOf(SIZE, groups);
      const order = topologicalOrder(SIZE, groups);
      const level = levels(SIZE, groups);
      for (let node = 0; node < SIZE; node++) {
        const reached = sorted(search(edges, node));
        assert.equal(
          [...Array(SIZE).keys()].filter((other) => hasInSpan(after[node], other)),
          reached,
        );
        for (let other = 0; other < SIZE; other++)
          assert.is(hasInSpan(before[other], node), reached.includes(other));
        const groupsOf = (one: number): OrderGroup<number>[] =>
          groups.filter(({ firsts }) => firsts.includes(one));
        assert.equal(sorted(reachedFrom(node, groupsOf).keys()), reached);
        const expected = Math.max(
          0,
          ...edges.filter(([, to]) => to === node).map(([a]) => (level[a] ?? 0) + 1),
        );
        assert.is(level[node], expected);
      }
      assert.equal(sorted(order), [...Array(SIZE).keys()]);
      assert.ok(edges.every(([a, b]) => order.indexOf(a) < order.indexOf(b)));
      for (const each of groups) {
        assert.is(each.size, [...each.pairs()].length);
        const degrees = new Map<number, number>();
        for (const node of [...each.pairs()].flat()) degrees.set(node, (degrees.get(node) ?? 0) + 1);
        for (let node = 0; node < SIZE; node++) assert.is(each.degree(node), degrees.get(node) ?? 0);
      }
    }),
    { numRuns },
  );
});

test('property: what comes before and after the one that is taken is what a search finds', () => {
  const known = fc.array(fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1)), { maxLength: 20 });
  const rows = fc.array(fc.array(fc.tuple(fc.nat(SIZE - 1), fc.boolean()), { maxLength: 5 }), {
    maxLength: SIZE,
  });
  fc.assert(
    fc.property(known, rows, (some, rows) => {
      const edges: Edge[] = some.filter(([a, b]) => a !== b).map(([a, b]) => (a < b ? [a, b] : [b, a]));
      const start = closureOf(
        SIZE,
        edges.map(([a, b]) => new OrderGroup([[a], [b]])),
      );
      const order = new Precedence(SIZE, start);
      for (const [low, puts] of rows.entries()) {
        order.take(low);
        for (const [high, isAfter] of puts) {
          if (high <= low || search(edges, low).has(high) || search(edges, high).has(low)) continue;
          edges.push(isAfter ? [low, high] : [high, low]);
          order.put(high, isAfter ? 'second' : 'first');
        }
        for (let high = low + 1; high < SIZE; high++) {
          assert.is(hasBit(order.after, high), search(edges, low).has(high));
          assert.is(hasBit(order.before, high), search(edges, high).has(low));
        }
        order.leave();
      }
    }),
    { numRuns },
  );
});
