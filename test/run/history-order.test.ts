// In which order results get into the history.

import { historyOrder } from '../../src/run/integrate/order.ts';
import { planOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/history-order');

/** `c needs 0 follows 1`: a task, and the places of the last ones before it. */
function row(yaml: string, integrated: string): string[] {
  const plan = planOf(yaml, [], { isolation: { outside: {} } });
  return historyOrder(plan, integrated.split(' ').filter(Boolean)).map(({ task, needs, follows }) =>
    [task, ...(needs < 0 ? [] : ['needs', needs]), ...(follows < 0 ? [] : ['follows', follows])].join(' '),
  );
}

const APART = 'tasks: { a: { run: x }, b: { run: x }, c: { run: x } }';
/** All that has to do with each other does by being isolated. */
const SAME = `tasks:
  a: { run: x, writes: [f] }
  b: { run: x, writes: [f] }
  c: { run: x, writes: [g] }
`;
const DIAMOND = `tasks:
  d: { run: x, needs: [b, c] }
  b: { run: x, needs: [a] }
  c: { run: x, needs: [a] }
  a: { run: x }
`;

test('as declared, whoever came first', () => {
  for (const came of ['a b c', 'c b a', 'b c a']) assert.equal(row(APART, came), ['a', 'b', 'c'], came);
});

test('only what is there', () => {
  assert.equal(row(APART, ''), []);
  assert.equal(row(APART, 'c a'), ['a', 'c']);
});

test('two that were kept apart follow each other, and need nothing', () => {
  assert.equal(row(SAME, 'b c a'), ['a', 'b follows 0', 'c']);
  assert.equal(row(SAME, 'c b'), ['b', 'c'], 'not one that is not there');
});

test('what is needed comes first, whatever is declared first', () => {
  assert.equal(row(DIAMOND, 'a c b d'), [
    'a',
    'b needs 0 follows 0',
    'c needs 0 follows 0',
    'd needs 2 follows 2',
  ]);
});

test('through tasks between that have no result', () => {
  assert.equal(row(DIAMOND, 'a d'), ['a', 'd needs 0 follows 0']);
});

test('who reads what another writes needs it', () => {
  const yaml = `tasks:
  read: { run: x, reads: [f], writes: [r] }
  write: { run: x, writes: [f] }
`;
  assert.equal(row(yaml, 'read write'), ['write', 'read needs 0 follows 0']);
});
