import { Echoes } from '../../src/watch/echoes.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('watch/echoes');

/** Runs in which these files change: how many there are until they count no more, and who is told of. */
function until(echoes: Echoes, paths: string[]): { runs: number; told: string[] } {
  for (let runs = 0; runs < 100; runs++) {
    const counting = echoes.heard(paths);
    const told = echoes.runOver(true);
    if (counting.length === 0) return { runs, told };
  }
  throw new Error('for ever');
}

test('a file that nobody edits asks for one run, and is told of once', () => {
  const echoes = new Echoes();
  assert.equal(until(echoes, ['a']), { runs: 1, told: ['a'] });
  assert.equal(echoes.heard(['a', 'b']), ['b']);
  assert.equal(echoes.runOver(true), []);
});

test('one that somebody edits may well be edited again while a run goes on', () => {
  const echoes = new Echoes();
  echoes.edited(['a']);
  assert.equal(until(echoes, ['a']), { runs: 5, told: ['a'] });
});

test('an edit while nothing runs, and a run without it, begin anew', () => {
  const echoes = new Echoes();
  until(echoes, ['a']);
  echoes.edited(['b']);
  assert.equal(echoes.heard(['a']), ['a']);
  const others = new Echoes();
  until(others, ['a']);
  others.runOver(true);
  assert.equal(others.heard(['a']), ['a']);
});

test('it cuts off two runs in a row, and then one comes to its end', () => {
  const echoes = new Echoes();
  echoes.edited(['a']);
  for (const _ of [1, 2]) {
    assert.equal(echoes.heard(['a']), ['a']);
    assert.ok(echoes.mayCutOff(['a']));
    echoes.runOver(false);
  }
  assert.equal(echoes.heard(['a']), ['a']);
  assert.not.ok(echoes.mayCutOff(['a']));
  assert.ok(echoes.mayCutOff(['a', 'b']));
});
