// What remains after a task, and who may hold what: parts of which the schedule is made.

import { OrderGroup } from '../../src/model/order-group.ts';
import { measureRemaining, type PathNode } from '../../src/run/schedule/remaining-path.ts';
import { ResourcePool } from '../../src/run/schedule/resource-pool.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/schedule-parts');

/** What remains from each task on, of the tasks `a` to `e`. */
function remaining(edges: string[][], turns: string[][], ms: Record<string, number>): Record<string, number> {
  const nodes = [...'abcde'].map((id): PathNode => ({ task: { id }, remaining: 0 }));
  const nodesOf = (lists: string[]) =>
    new OrderGroup(
      lists.map((list) => [...list].map((id) => nodes.find(({ task }) => task.id === id) as PathNode)),
    );
  measureRemaining(nodes, edges.map(nodesOf), turns.map(nodesOf), new Map(Object.entries(ms)));
  return Object.fromEntries(nodes.map(({ task, remaining }) => [task.id, remaining]));
}

test('the longest chain that follows', () => {
  const ms = { a: 1, b: 20, c: 300, d: 4_000, e: 50_000 };
  const table: [what: string, edges: string[][], turns: string[][], expected: Record<string, number>][] = [
    ['nothing follows', [], [], ms],
    [
      'a chain',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      [],
      { ...ms, a: 321, b: 320 },
    ],
    ['the longer of two', [['a', 'bc']], [], { ...ms, a: 301 }],
    ['a row', [['abc']], [], { ...ms, a: 321, b: 320 }],
    ['all for all', [['ab', 'cd']], [], { ...ms, a: 4_001, b: 4_020 }],
    ['a turn is no wait of its own', [], [['b', 'a']], ms],
    ['what follows upon the turn is', [['a', 'c']], [['b', 'a']], { ...ms, a: 301, b: 320 }],
    ['no less than what has a later turn', [['b', 'c']], [['a', 'b']], { ...ms, a: 320, b: 320 }],
  ];
  for (const [what, edges, turns, expected] of table)
    assert.equal(remaining(edges, turns, ms), expected, what);
});

test('a task that has never been timed takes as long as the others usually do, or a second', () => {
  assert.equal(remaining([], [], { a: 10, b: 30 }), { a: 10, b: 30, c: 20, d: 20, e: 20 });
  assert.is(remaining([['a', 'b']], [], {}).a, 2_000);
});

test('who may hold a resource beside whom', () => {
  const use = (mode: 'read' | 'write' | 'units', units = 0) => ({ name: 'r', mode, units });
  const table: [held: ReturnType<typeof use>[], more: ReturnType<typeof use>, isFree: boolean][] = [
    [[], use('write'), true],
    [[use('read')], use('read'), true],
    [[use('read')], use('write'), false],
    [[use('write')], use('read'), false],
    [[use('write')], use('write'), false],
    [[use('units', 2)], use('units', 1), true],
    [[use('units', 2)], use('units', 2), false],
    [[use('units', 1), use('units', 2)], use('units', 1), false],
  ];
  for (const [held, more, isFree] of table) {
    const pool = new ResourcePool(new Map([['r', 3]]));
    pool.take(held);
    assert.is(pool.isFree(more), isFree, JSON.stringify([held, more]));
    assert.ok(pool.isFree({ ...more, name: 'other' }));
    pool.release(held);
    assert.ok(pool.isFree(more), 'all of it is given back');
  }
});
