import { lineDiff } from '../../src/present/line-diff.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/line-diff');

const diff = (before: string, after: string): string[] =>
  lineDiff(before, after).map(({ sign, line }) => `${sign}${line}`);

test('nothing has changed', () => {
  assert.equal(diff('a\nb\n', 'a\nb\n'), []);
});

test('lines more, each place with the line before it', () => {
  assert.equal(diff('a\nb\nc\n', 'a\nx\ny\nb\nc\nz\n'), [' a', '+x', '+y', ' c', '+z']);
});

test('a line instead of another, and several instead of one', () => {
  assert.equal(diff('a\nb\nc', 'a\nB\nc'), [' a', '-b', '+B']);
  assert.equal(diff('a\nb\nc', 'a\nx\ny\nc'), [' a', '-b', '+x', '+y']);
  assert.equal(diff('a\nb', 'a\nx\ny'), [' a', '-b', '+x', '+y']);
  assert.equal(diff('a', 'b'), ['-a', '+b']);
});
