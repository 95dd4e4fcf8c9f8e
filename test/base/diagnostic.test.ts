import { SourceText } from '../../src/base/diagnostic.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('base/diagnostic');

const place = (text: string, start: number, end?: number) => new SourceText('f', text).place(start, end);

test('lines and columns are counted from 1', () => {
  const { line, column, length, file } = place('ab\ncde\n', 4, 6);
  assert.equal({ file, line, column, length }, { file: 'f', line: 2, column: 2, length: 2 });
});

test('a line comes with its neighbours, and what stands behind the last line break is none', () => {
  const numbers = (text: string, start: number) =>
    place(text, start).lines.map(({ number, text: row }) => `${number}${row}`);
  assert.equal(numbers('a\nb\nc\n', 2), ['1a', '2b', '3c']);
  assert.equal(numbers('a\nb\nc\n', 0), ['1a', '2b']);
  assert.equal(numbers('a\nb\nc\n', 4), ['2b', '3c']);
  assert.equal(numbers('a\n\nc', 0), ['1a', '2'], 'an empty line in between is one');
  assert.equal(numbers('a\n', 2), ['1a', '2'], 'unless the place is there');
  assert.equal(numbers('', 0), ['1']);
});

test('CRLF is no part of a line', () => {
  const { lines, column, length } = place('ab\r\ncd\r\n', 4, 8);
  assert.equal(
    lines.map(({ text }) => text),
    ['ab', 'cd'],
  );
  assert.equal([column, length], [1, 2]);
});

test('a place ends with its line and has at least one column', () => {
  assert.is(place('abc\ndef', 1, 6).length, 2);
  assert.is(place('abc\ndef', 1, 1).length, 1);
  assert.is(place('abc\ndef', 3, 5).length, 1, 'at the end of the line');
});

test('a place outside the text is moved to its nearest end', () => {
  assert.equal([place('ab\nc', 99).line, place('ab\nc', 99).column], [2, 2]);
  assert.equal([place('ab\nc', -5).line, place('ab\nc', -5).column], [1, 1]);
});

test('columns count UTF-16 units, as editors do', () => {
  assert.is(place('🎉x', 2).column, 3);
});

test('places in a line of megabytes cost nothing', () => {
  const source = new SourceText('f', 'x'.repeat(4_000_000));
  for (let at = 0; at < 100_000; at += 1) assert.is(source.place(at * 40).column, at * 40 + 1);
});
