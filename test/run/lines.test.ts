// What sides of a merge did to the lines of a file, and what of it is lost.

import { discardedLines, lineChanges, linesOf } from '../../src/run/integrate/lines.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/lines');

/** Lines by their letters: `ab` is a file of the lines a and b. */
const file = (letters: string | undefined): Buffer | undefined =>
  letters === undefined ? undefined : Buffer.from([...letters].map((letter) => `${letter}\n`).join(''));

test('lines of a text, with and without an end, and of none', () => {
  const table: [content: string | undefined, lines: string[] | undefined][] = [
    [undefined, []],
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\nb\n\n', ['a', 'b', '']],
    ['a\0b\n', undefined],
  ];
  for (const [content, lines] of table)
    assert.equal(
      linesOf(content === undefined ? undefined : Buffer.from(content)),
      lines,
      JSON.stringify(content),
    );
});

test('what one side has added and removed', () => {
  const table: [
    base: string | undefined,
    side: string | undefined,
    added: number,
    removed: number,
    lines: string,
  ][] = [
    ['ab', 'ab', 0, 0, ''],
    ['ab', 'ba', 0, 0, ''],
    ['ab', 'axb', 1, 0, 'x'],
    ['ab', 'x', 1, 2, 'x'],
    ['a', 'aaa', 2, 0, 'aa'],
    ['aab', 'ab', 0, 1, ''],
    [undefined, 'ab', 2, 0, 'ab'],
    ['ab', undefined, 0, 2, ''],
    ['', 'abcdefg', 7, 0, 'abcde'],
  ];
  for (const [base, side, added, removed, lines] of table)
    assert.equal(
      lineChanges(file(base), file(side)),
      { added, removed, lines: [...lines] },
      `${base} → ${side}`,
    );
});

test('a long line is cut, and of what is no text nothing is said', () => {
  const { lines } = lineChanges(Buffer.from(''), Buffer.from('x'.repeat(300)));
  assert.equal(lines, [`${'x'.repeat(200)}…`]);
  assert.equal(lineChanges(Buffer.from('\0'), file('a')), { added: 0, removed: 0, lines: [] });
  assert.equal(lineChanges(file('a'), Buffer.from('\0')), { added: 0, removed: 0, lines: [] });
});

test('what a side had added and the result has no more', () => {
  const table: [
    base: string | undefined,
    side: string | undefined,
    result: string | undefined,
    lost: string,
  ][] = [
    ['a', 'axy', 'axy', ''],
    ['a', 'axy', 'ayx', ''],
    ['a', 'axy', 'a', 'xy'],
    ['a', 'axy', 'ay', 'x'],
    ['a', 'axy', undefined, 'xy'],
    ['a', 'a', '', ''],
    ['a', 'aaa', 'a', 'aa'],
    ['a', 'aaa', 'aa', 'a'],
    ['a', 'axx', 'ax', 'x'],
    ['ab', 'a', 'ab', ''],
    [undefined, 'xy', 'x', 'y'],
  ];
  for (const [base, side, result, lost] of table)
    assert.is(
      discardedLines(file(base), file(side), file(result)).join(''),
      lost,
      `${base} → ${side} → ${result}`,
    );
  assert.equal(discardedLines(file('a'), file('ax'), Buffer.from('\0')), []);
});
