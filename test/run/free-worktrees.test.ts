// Who gets a worktree that is given back, and who is to make one.

import type { Worktree } from '../../src/git/worktrees.ts';
import { FreeWorktrees } from '../../src/run/workspace/worktree/free-worktrees.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/free-worktrees');

const called = (gitName: string) => ({ gitName }) as Worktree;
/** Milliseconds that no test takes. */
const EVER = 1_000_000;

test('the first one is made, and whoever comes meanwhile waits in turn for one that is given back', async () => {
  const free = new FreeWorktrees(undefined);
  assert.is(await free.take(), undefined);
  const [second, third] = [free.take(), free.take()];
  free.made(EVER);
  const fourth = free.take();
  for (const name of ['one', 'two', 'three']) free.give(called(name));
  const given = await Promise.all([second, third, fourth]);
  assert.equal(
    given.map((worktree) => worktree?.gitName),
    ['one', 'two', 'three'],
  );
  free.give(called('four'));
  free.give(called('five'));
  assert.is((await free.take())?.gitName, 'five');
  assert.equal(free.takeAll(), [called('four')]);
});

test('who has waited as long as making one takes makes one; where none could be made, at once', async () => {
  for (const ms of [1, 0]) {
    const free = new FreeWorktrees(undefined);
    await free.take();
    const waiting = free.take();
    free.made(ms);
    assert.is(await waiting, undefined);
    free.give(called('one'));
    assert.equal(free.takeAll(), [called('one')], 'nobody waits any more');
  }
});

test('a stop ends the waiting, and what is given back then is free', async () => {
  const abort = new AbortController();
  const free = new FreeWorktrees(abort.signal);
  await free.take();
  free.made(EVER);
  const waiting = free.take().catch((error) => (error as Error).message);
  abort.abort();
  assert.match(String(await waiting), /stopped/);
  assert.match(String(await free.take().catch((error) => error)), /stopped/);
  free.give(called('one'));
  assert.is((await free.take())?.gitName, 'one');
});
