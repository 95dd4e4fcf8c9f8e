import { didYouMean, guesser, nearest } from '../../src/base/suggest.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('base/suggest');

const WORDS = ['run', 'reads', 'writes', 'needs', 'description', 'build', 'test'];

test('a slip of the fingers', () => {
  const meant = {
    runn: 'run',
    Reads: 'reads',
    wirtes: 'writes',
    ned: undefined,
    nedes: 'needs',
    descripton: 'description',
    biuld: 'build',
    bulid: 'build',
    tset: 'test',
    tets: 'test',
  };
  assert.equal(Object.fromEntries(Object.keys(meant).map((word) => [word, nearest(word, WORDS)])), meant);
});

test('nothing that is merely short or of the same length', () => {
  for (const word of ['x', 'ru2x', 'banana', '', 'zzzzz']) assert.is(nearest(word, WORDS), undefined, word);
  assert.is(nearest('a', ['b']), undefined);
});

test('the nearest one, and of equals the first', () => {
  assert.is(nearest('build', ['guild', 'build']), 'build');
  assert.is(nearest('lnit', ['unit', 'lint']), 'lint', 'the same letters say more than all but one');
  assert.is(nearest('BUILD', ['guild', 'build']), 'build');
  assert.is(nearest('tests', ['test1', 'test2']), 'test1');
});

test('as a question', () => {
  assert.is(didYouMean('runn', WORDS), 'did you mean `run`?');
  assert.is(didYouMean('banana', WORDS), undefined);
});

test('of many words only the first ones are guessed at', () => {
  const guess = guesser(new Set(['build']));
  const guesses = Array.from({ length: 200 }, (_, at) => guess(`build${at}`));
  assert.is(guesses[0], 'did you mean `build`?');
  assert.is(guesses[199], undefined);
  assert.is(guess('build0'), guesses[0]);
});
