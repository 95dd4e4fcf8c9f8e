// Who waits for whom, by groups: each answer is the one that all pairs, one by one, would give.

import { groupsBy, inOrder, OrderGroup, reachedFrom } from '../../src/model/order-group.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('model/order-group');

const group = (...lists: string[]): OrderGroup<string> => new OrderGroup(lists.map((list) => [...list]));

const text = (nodes: Iterable<string>): string => [...nodes].join('');
const pairsOf = (made: OrderGroup<string>): string => [...made.pairs()].map(text).join(' ');

/** Who waits for nobody any more, as one after the other ends. */
const freed = (made: OrderGroup<string>, ends: string): string =>
  [...ends].map((one) => text(made.end(one).map(({ node }) => node))).join(' ');

test('each of the second list waits for all of the first', () => {
  const made = group('abc', 'xy');
  assert.equal([text(made.firsts), text(made.seconds), text(made.after('b'))], ['abc', 'xy', 'xy']);
  assert.is(freed(made.fresh(), 'cab'), '  xy');
  assert.is(freed(made.fresh(), 'ab'), ' ', 'a fresh one has forgotten');
});

test('each of a row waits for all before it', () => {
  const row = group('abcd');
  assert.equal([text(row.seconds), text(row.after('b')), text(row.after('d'))], ['bcd', 'cd', '']);
  assert.is(freed(row.fresh(), 'abcd'), 'b c d ');
  assert.is(freed(row.fresh(), 'bac'), ' bc d', 'one that is over already is freed with those before it');
});

test('each of a later second list waits for all firsts before it', () => {
  const made = group('a', 'x', 'b', 'yz');
  assert.is(pairsOf(made), 'ax ay az by bz');
  assert.is(freed(made.fresh(), 'ab'), 'x yz');
  assert.is(freed(made.fresh(), 'ba'), ' xyz');
});

test('the other way round, and without one', () => {
  const table: [made: OrderGroup<string>, reversed: string, withoutB: string][] = [
    [group('abc'), 'cb ca ba', 'ab ac'],
    [group('ab', 'xy'), 'yb ya xb xa', 'ax ay'],
    [group('a', 'x', 'b', 'y'), 'yb ya xa', 'ax ay'],
    [group('a', 'b'), 'ba', 'ab'],
  ];
  for (const [made, reversed, withoutB] of table) {
    assert.is(pairsOf(made.reversed()), reversed);
    assert.is(pairsOf(made.without('b')), withoutB);
  }
});

test('what is counted is what the pairs are', () => {
  for (const made of [
    group('abcd'),
    group('ab', 'xyz'),
    group('a', 'x', 'bc', 'y', 'd', 'z'),
    group('a', 'x', 'b'),
  ]) {
    const pairs = [...made.pairs()];
    assert.is(made.size, pairs.length);
    for (const node of 'abcdxyz') {
      const before = pairs.filter(([, second]) => second === node).map(([first]) => first);
      const after = pairs.filter(([first]) => first === node).map(([, second]) => second);
      assert.equal([[...made.before(node)], [...made.after(node)]], [before, after], node);
      assert.equal(
        [made.countBefore(node), made.degree(node)],
        [before.length, before.length + after.length],
      );
      assert.equal([...made.partners(node)], [...before, ...after]);
      for (const other of 'abcdxyz') assert.is(made.has(node, other), after.includes(other));
    }
  }
});

test('the largest value of those that each waits for, and the largest but that one', () => {
  const values = new Map(Object.entries({ a: 5, b: 9, c: 7 }));
  const most = (made: OrderGroup<string>) =>
    Array.from(
      made.mostBefore((node) => values.get(node)),
      (each) => [each.node, each.most.of, each.next],
    );
  assert.equal(most(group('abcd')), [
    ['b', 'a', 0],
    ['c', 'b', 5],
    ['d', 'b', 7],
  ]);
  assert.equal(most(group('cb', 'x')), [['x', 'b', 7]]);
  assert.equal(most(group('x', 'y')), [], 'nobody has told anything');
});

test('groups by their members, each once', () => {
  const [one, two] = [group('ab', 'x'), group('bc')];
  const of = groupsBy([one, two], ({ firsts }) => firsts);
  assert.equal([of('a'), of('b'), of('c'), of('x')], [[one], [one, two], [], []]);
});

test('each is visited after all that it waits for, with the most that one of them told', () => {
  const seen: [string, number | undefined][] = [];
  inOrder('dcbax', [group('ab', 'x'), group('bc')], (node, most) => {
    seen.push([node, most?.value]);
    return (at) => (at === 0 ? node.charCodeAt(0) : 0);
  });
  assert.equal(seen, [
    ['d', undefined],
    ['b', undefined],
    ['a', undefined],
    ['c', 0],
    ['x', 98],
  ]);
});

test('all that can be reached, nearest first, and from where', () => {
  const groups = groupsBy([group('ab'), group('b', 'xy'), group('xz')], ({ firsts }) => firsts);
  const came = [...reachedFrom('a', groups)].map(([node, { from }]) => node + from);
  assert.equal(came, ['ba', 'xb', 'yb', 'zx']);
});
