import { Echoes } from '../../src/watch/echoes.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('watch/echoes');

/** Runs in which these files change: how many there are until they count no more, and who is told of. */
function until(echoes: Echoes, paths: string[]): { runs: number; told: string[] } {
  for (let runs = 0; runs < 100; runs++) {
    const counting = echoes.heard(paths);
    const told = echoes.runOver();
    if (counting.length === 0) return { runs, told };
  }
  throw new Error('for ever');
}

test('a file that changes in run after run comes to count no more, and is told of once', () => {
  const echoes = new Echoes();
  assert.equal(until(echoes, ['a']), { runs: 5, told: ['a'] });
  assert.equal(echoes.heard(['a', 'b']), ['b']);
  assert.equal(echoes.runOver(), []);
});

test('an edit while nothing runs, and a run without it, begin anew', () => {
  const echoes = new Echoes();
  until(echoes, ['a']);
  echoes.edited();
  assert.equal(echoes.heard(['a']), ['a']);
  const others = new Echoes();
  until(others, ['a']);
  others.runOver();
  assert.equal(others.heard(['a']), ['a']);
});
