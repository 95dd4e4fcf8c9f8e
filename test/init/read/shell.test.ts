import { commandsIn } from '../../../src/init/read/shell.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('init/read/shell');

const words = (line: string) => commandsIn(line)?.map((each) => each.words);

test('commands after each other', () => {
  assert.equal(words('a b && c;d'), [['a', 'b'], ['c'], ['d']]);
});

test('quotes hold words together and are no part of them', () => {
  assert.equal(words(`eslint "src/**/*.ts" 'a b' --x="y z" a\\ b`), [
    ['eslint', 'src/**/*.ts', 'a b', '--x=y z', 'a b'],
  ]);
});

test('variables before a command are not words', () => {
  assert.equal(commandsIn('A=1 B="x y" tsc -p . && b'), [
    { env: { A: '1', B: 'x y' }, words: ['tsc', '-p', '.'], text: 'A=1 B="x y" tsc -p .' },
    { env: {}, words: ['b'], text: 'b' },
  ]);
});

test('what a shell does beyond starting commands is not known', () => {
  const lines = [
    'a | b',
    'a || b',
    'a > b',
    'a $(b)',
    'a `b`',
    '(a)',
    'a & b',
    'a $HOME',
    'a "$HOME"',
    "a 'b",
    '{ a; }',
    '',
  ];
  for (const line of lines) assert.is(words(line), undefined, line);
});

test('a single quote keeps a dollar sign', () => {
  assert.equal(words("a '$HOME'"), [['a', '$HOME']]);
});
