// Who waits for whom, group by group.

import { groupsBy, OrderGroup } from '../../src/model/order-group.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('model/order-group');

const group = (...lists: string[]): OrderGroup<string> => new OrderGroup(lists.map((list) => [...list]));

/** Who waits for nobody any more, as one after the other ends. */
const freed = (made: OrderGroup<string>, ends: string): string =>
  [...ends]
    .map((one) =>
      made
        .end(one)
        .map(({ node }) => node)
        .join(''),
    )
    .join(' ');

test('each of the second list waits for all of the first', () => {
  const made = group('abc', 'xy');
  assert.equal(
    [made.firsts.join(''), made.seconds.join(''), [...made.after('b')].join('')],
    ['abc', 'xy', 'xy'],
  );
  assert.is(freed(made, 'cab'), '  xy');
  assert.is(freed(made.fresh(), 'ab'), ' ', 'a fresh one has forgotten');
});

test('each of a row waits for all before it', () => {
  const row = group('abcd');
  assert.equal(
    [row.seconds.join(''), [...row.after('b')].join(''), [...row.after('d')].join('')],
    ['bcd', 'cd', ''],
  );
  assert.is(freed(row.fresh(), 'abcd'), 'b c d ');
  assert.is(freed(row.fresh(), 'bac'), ' bc d', 'one that is over already is freed with those before it');
});

test('groups by their members, each once', () => {
  const [one, two] = [group('ab', 'x'), group('bc')];
  const of = groupsBy([one, two], ({ firsts }) => firsts);
  assert.equal([of('a'), of('b'), of('c'), of('x')], [[one], [one, two], [], []]);
});

test('in several lists each waits for all of the other kind before it', () => {
  const steps = group('a', 'bc', 'c', 'd');
  assert.equal([steps.firsts.join(''), steps.seconds.join(''), steps.size], ['ac', 'bcd', 4]);
  assert.is(freed(steps.fresh(), 'ac'), 'bc d');
  assert.is(freed(steps.fresh(), 'ca'), ' bcd');
  assert.equal(
    [...steps.pairs()].map((pair) => pair.join('')),
    ['ab', 'ac', 'ad', 'cd'],
  );
  assert.equal([...steps.reversed().pairs()].map((pair) => pair.join('')).sort(), ['ba', 'ca', 'da', 'dc']);
  assert.equal(
    [...steps.without('a').pairs()].map((pair) => pair.join('')),
    ['cd'],
  );
  assert.equal([steps.degree('a'), steps.degree('c'), steps.countBefore('d')], [3, 2, 2]);
});

test('one is freed with the largest of what those told that it waited for', () => {
  const steps = group('a', 'b', 'c', 'd');
  assert.equal(steps.end('c', 9), []);
  const told = steps.end('a', 3).map(({ node, most }) => [node, most.of, most.value]);
  assert.equal(told, [
    ['b', 'a', 3],
    ['d', 'c', 9],
  ]);
});
