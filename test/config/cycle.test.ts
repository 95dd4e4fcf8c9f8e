import fc from 'fast-check';
import { findCycles } from '../../src/config/cycle.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('config/cycle');

const cycles = (graph: Record<string, string[]>): string[] =>
  findCycles(new Map(Object.entries(graph))).map((cycle) => cycle.join(' → '));

test('none', () => {
  assert.equal(cycles({}), []);
  assert.equal(cycles({ a: ['b', 'c'], b: ['c'], c: ['nobody'] }), []);
});

test('one, from its first declared task, whatever leads into it', () => {
  assert.equal(cycles({ a: ['b'], b: ['c'], c: ['a'] }), ['a → b → c → a']);
  assert.equal(cycles({ x: ['c'], b: ['c'], a: ['b'], c: ['a'] }), ['b → c → a → b']);
  assert.equal(cycles({ a: ['a'] }), ['a → a']);
});

test('several without a common task', () => {
  assert.equal(cycles({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] }), ['a → b → a', 'c → d → c']);
  assert.equal(cycles({ a: ['b', 'c'], b: ['a'], c: ['a'] }), ['a → b → a'], 'a knot is told once');
});

test('a chain of 100,000', () => {
  const chain = Array.from({ length: 100_000 }, (_, at): [string, string[]] => [`${at}`, [`${at + 1}`]]);
  assert.equal(findCycles(new Map(chain)), []);
  chain.push(['100000', ['0']]);
  assert.is(findCycles(new Map(chain))[0]?.length, 100_002);
});

test('a graph has a cycle exactly when its tasks cannot be ordered, and what is told is one', () => {
  const graph = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { maxLength: 8 });
  fc.assert(
    fc.property(graph, (lists) => {
      const successors = new Map(lists.map((list, at) => [`${at}`, list.map(String)]));
      const found = findCycles(successors);
      for (const cycle of found) {
        assert.is(cycle[0], cycle.at(-1));
        for (const [at, id] of cycle.slice(0, -1).entries())
          assert.ok(successors.get(id)?.includes(cycle[at + 1] ?? ''));
      }
      const all = found.flatMap((cycle) => cycle.slice(1));
      assert.is(new Set(all).size, all.length);
      assert.is(found.length === 0, canBeOrdered(successors));
    }),
  );
});

/** By taking away, again and again, whatever waits for nothing. */
function canBeOrdered(successors: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Map(successors);
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const [id, next] of left) if (!next.some((other) => left.has(other))) left.delete(id);
  }
  return left.size === 0;
}
