import { formatBytes } from '../../src/base/size.ts';
import { formatCount, list, plural, printable } from '../../src/present/format.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/format');

test('counts', () => {
  assert.equal([0, 999, 1_000, 1_234_567].map(formatCount), ['0', '999', '1,000', '1,234,567']);
  assert.equal(
    [plural(1, 'task'), plural(2, 'task'), plural(2, 'try', 'tries')],
    ['1 task', '2 tasks', '2 tries'],
  );
});

test('lists count what they do not name, but never only one', () => {
  const names = ['a', 'b', 'c', 'd'];
  assert.equal([list([]), list(['a']), list(['a', 'b']), list(names)], ['', 'a', 'a and b', 'a, b, c and d']);
  assert.equal(
    [list(names, 2), list(names, 3), list(names, 9, 'or')],
    ['a, b and 2 more', 'a, b, c and d', 'a, b, c or d'],
  );
});

test('bytes', () => {
  const sizes = [0, 1, 999, 1_000, 1_540, 65_536, 999_499, 999_500, 198_400_000, 5e15];
  const words = [
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1 kB',
    '1.5 kB',
    '66 kB',
    '999 kB',
    '1 MB',
    '198 MB',
    '5000 TB',
  ];
  assert.equal(sizes.map(formatBytes), words);
});

test('no character of a name moves the cursor or turns the text around', () => {
  assert.is(printable('a\nb\tc\r\x1b[31m\u202e é😀'), 'a\\nb\\tc\\r\\u001b[31m\\u202e é😀');
});
