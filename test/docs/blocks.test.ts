import { assert, suite } from '../support/suite.ts';
import { blocksOf, commandsOf, difference, exchangesOf, masked } from './blocks.ts';

const test = suite('blocks');

test('a block has its language, its line and what its comment says', () => {
  const text =
    'One.\n\n<!-- exits: 2; any order -->\n```console\n$ a\nb\n```\n\n- x\n\n  ```sh\n  npm test\n  ```\n';
  assert.equal(blocksOf(text), [
    { language: 'console', text: '$ a\nb\n', line: 4, directives: { exits: 2, anyOrder: true } },
    { language: 'sh', text: 'npm test\n', line: 11, directives: { exits: 0 } },
  ]);
});

test('an unknown directive and an open block are told', () => {
  assert.throws(() => blocksOf('<!-- exit: 1 -->\n```sh\na\n```\n'), /line 2: what is "exit: 1"/);
  assert.throws(() => blocksOf('```sh\na\n'), /line 1: the block is never closed/);
});

test('commands are lines without comments', () => {
  assert.equal(commandsOf('# why\nnpm ci # first\nnode a.js \\\n  b\n\n'), ['npm ci', 'node a.js    b']);
});

test('an exchange is a command and all up to the next', () => {
  assert.equal(exchangesOf('$ a\n1\n\n2\n$ b\n'), [
    { command: 'a', output: '1\n\n2\n' },
    { command: 'b', output: '' },
  ]);
});

test('times, ids and cores are no difference, anything else is', () => {
  const first = 'C phased, 5 tasks, 2 at a time\n✔ a 12ms (1/2)\n  wall 1.2s · critical path 3ms (a → b)\n';
  const second = 'C phased, 5 tasks, 16 at a time\n✔ a 1m 05s (2/2)\n  wall 40ms\n  critical path 9ms (c)\n';
  assert.is(masked(first), masked(second));
  assert.is(difference(first, second, false), undefined);
  assert.is.not(difference(first, second.replace('✔ a', '✖ a'), false), undefined);
  assert.is.not(difference(first, second.replace('5 tasks', '6 tasks'), false), undefined);
  const speed = ['1.6× as fast as', 'no faster than'].map((text) => `${text} sequential (measured)`);
  assert.is(masked(speed[0] ?? ''), masked(speed[1] ?? ''));
});

test('any order is any order of the same lines', () => {
  assert.is(difference('a\nb\n', 'b\na\n', true), undefined);
  assert.is.not(difference('a\nb\n', 'b\na\n', false), undefined);
  assert.is.not(difference('a\nb\n', 'b\na\na\n', true), undefined);
});

test('… stands for any lines, and for those alone', () => {
  assert.is(difference('…\nb\n…\n', 'a\nb\nc\n', false), undefined);
  assert.is(difference('a\n…\n', 'a\nb\n', false), undefined);
  assert.is(difference('…\n  b\n…\n', 'a\n\n  b\nc\n', false), undefined);
  assert.is.not(difference('…\nx\n…\n', 'a\nb\nc\n', false), undefined);
  assert.is.not(difference('b\n…\n', 'a\nb\n', false), undefined);
  assert.is.not(difference('…\na\n', 'a\nb\n', false), undefined);
});
