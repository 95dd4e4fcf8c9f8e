// What a task changed outside of what it declares, and the line that would cover it.

import type { FileChange } from '../../src/model/report.ts';
import { strayReason, straysOf } from '../../src/run/workspace/undeclared-writes.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/undeclared-writes');

const changes = (...paths: string[]): FileChange[] => paths.map((path) => ({ path, change: 'modified' }));

test('each stray with its line', () => {
  const table: [what: string, paths: string[], writes: string[][], told: Record<string, string>][] = [
    ['nothing', [], [['a']], {}],
    ['all declared', ['a', 'src/b'], [['a', 'src/**']], {}],
    ['not one of a list', ['a', 'b'], [['a']], { b: 'b' }],
    ['nor of any list', ['a', 'b', 'c'], [['a'], [], ['b']], { c: 'c' }],
    ['excluded is outside', ['src/a', 'src/b'], [['src/**', '!src/b']], { 'src/b': 'src/b' }],
    ['two of a folder', ['d/a', 'd/b'], [], { 'd/a': 'd/a', 'd/b': 'd/b' }],
    ['three of a folder', ['d/a', 'd/b', 'd/c'], [], { 'd/a': 'd/**', 'd/b': 'd/**', 'd/c': 'd/**' }],
    ['three of it, one declared', ['d/a', 'd/b', 'd/c'], [['d/c']], { 'd/a': 'd/a', 'd/b': 'd/b' }],
    [
      'three of a folder and of those in it',
      ['d/a', 'd/e/b', 'd/e/c'],
      [],
      { 'd/a': 'd/a', 'd/e/b': 'd/e/b', 'd/e/c': 'd/e/c' },
    ],
    ['three of the root', ['a', 'b', 'c'], [], { a: 'a', b: 'b', c: 'c' }],
    ['a name with signs of globs', ['[a]/(b)*'], [], { '[a]/(b)*': '\\[a\\]/\\(b\\)\\*' }],
    [
      'a folder with them',
      ['+(x)/a', '+(x)/b', '+(x)/c'],
      [],
      { '+(x)/a': '\\+\\(x\\)/**', '+(x)/b': '\\+\\(x\\)/**', '+(x)/c': '\\+\\(x\\)/**' },
    ],
  ];
  for (const [what, paths, writes, told] of table) {
    const found = straysOf(changes(...paths), writes);
    assert.equal(Object.fromEntries(found.map(({ path, writes }) => [path, writes])), told, what);
    // The line does cover it.
    assert.equal(straysOf(changes(...paths), [...writes, found.map((stray) => stray.writes)]), [], what);
  }
});

test('how it changed is kept', () => {
  assert.equal(straysOf([{ path: 'a', change: 'deleted' }], []), [
    { path: 'a', change: 'deleted', writes: 'a' },
  ]);
});

test('why a task fails for it', () => {
  assert.is(strayReason(straysOf(changes('a'), [])), 'it changed a outside of its writes');
  assert.is(
    strayReason(straysOf(changes('a', 'b', 'c'), [])),
    'it changed a and 2 more outside of its writes',
  );
});
