/** What became of paths between two moments. */
import fc from 'fast-check';
import { changesBetween, changesInAll, kindOf } from '../../src/base/path-change.ts';
import type { RawPath } from '../../src/base/raw-path.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('base/path-change');

type Tree = Map<RawPath, number>;
const tree = (states: Record<string, number>): Tree => new Map(Object.entries(states)) as Tree;

const anyTree = fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e'), fc.nat(2)).map((states) => tree(states));

function applied(to: Tree, changes: ReturnType<typeof changesBetween<RawPath, number>>): Tree {
  const made = new Map(to);
  for (const { path, after } of changes) {
    if (after === undefined) made.delete(path);
    else made.set(path, after);
  }
  return made;
}

const sorted = (states: Tree): [RawPath, number][] => [...states].sort(([a], [b]) => (a < b ? -1 : 1));

test('created, modified, deleted; sorted', () => {
  const changes = changesBetween(tree({ same: 1, other: 1, gone: 1 }), tree({ same: 1, other: 2, fresh: 1 }));
  assert.equal(changes, [
    { path: 'fresh', after: 1 },
    { path: 'gone', before: 1 },
    { path: 'other', before: 1, after: 2 },
  ]);
  assert.equal(changes.map(kindOf), ['created', 'deleted', 'modified']);
});

test('who compares says what is the same', () => {
  const isSame = (one: number, other: number): boolean => one % 2 === other % 2;
  assert.equal(changesBetween(tree({ a: 1, b: 1 }), tree({ a: 3, b: 2 }), isSame), [
    { path: 'b', before: 1, after: 2 },
  ]);
});

test('the changes between two trees lead from one to the other', () => {
  fc.assert(
    fc.property(anyTree, anyTree, (one, other) => {
      assert.equal(sorted(applied(one, changesBetween(one, other))), sorted(other));
      assert.equal(changesBetween(one, one), []);
    }),
  );
});

test('what follow each other come to what leads from the first to the last', () => {
  fc.assert(
    fc.property(anyTree, anyTree, anyTree, (one, two, three) => {
      const all = changesInAll(changesBetween(one, two), changesBetween(two, three));
      assert.equal(sorted(applied(one, all)), sorted(three));
      for (const { path, before } of all) assert.is(before, one.get(path));
    }),
  );
});
