// What becomes of the contents that a task has left before it is known what of them is kept.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Contents } from '../../src/run/caching/contents.ts';
import { fileAt, scene, sha256 } from '../cache/support.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, write } from '../support/tmp.ts';

const test = suite('run/cached-contents');

const BIG = 'x'.repeat(70_000);

test('small ones are stored with the result alone, large ones at once', async () => {
  const { dir, folder, store } = scene();
  write(dir, { 'out/a': 'a', 'out/other': 'other', 'out/big': BIG });
  const contents = new Contents(store, 2 ** 30);
  assert.is(await contents.put(join(dir, 'out/a'), 1), sha256('a'));
  assert.is(await contents.put(join(dir, 'out/other')), sha256('other'));
  assert.not.ok(exists(folder));
  assert.is(await contents.put(join(dir, 'out/big')), sha256(BIG));
  assert.ok(store.has(sha256(BIG), BIG.length));
  assert.equal(contents.pack(dir, [fileAt('out/a', 'a'), fileAt('out/big', BIG)]), [sha256('a')]);
  assert.ok(store.has(sha256('a'), 1));
  assert.not.ok(store.has(sha256('other'), 5));
});

test('what was known by its print is read when it is stored, and must be what it was', () => {
  const { dir, store } = scene();
  write(dir, { a: 'a', b: 'b' });
  const contents = new Contents(store, 2 ** 30);
  assert.ok(contents.has(sha256('a'), 1));
  assert.not.ok(contents.has(sha256(BIG), BIG.length));
  const changes = [fileAt('a', 'a'), fileAt('b', 'b')];
  assert.equal(contents.pack(dir, changes), [sha256('ab')]);
  for (const now of ['B', 'bb']) {
    writeFileSync(join(dir, 'b'), now);
    assert.throws(() => contents.pack(dir, changes), /^b changed when the task was over$/);
  }
});

test('a file that has another size by now than it was told to have is stored as it is', async () => {
  const { dir, store } = scene();
  write(dir, { a: 'longer than that' });
  const contents = new Contents(store, 2 ** 30);
  assert.is(await contents.put(join(dir, 'a'), 3), sha256('longer than that'));
  assert.is(await contents.put(join(dir, 'a'), 300), sha256('longer than that'));
});

test('where nothing can be stored they are looked at all the same, and it is said why', async () => {
  const { dir, folder, store } = scene();
  write(dir, { a: 'a', big: BIG, cache: 'a file' });
  assert.is(folder, join(dir, 'cache'));
  const contents = new Contents(store, 2 ** 30);
  assert.is(await contents.put(join(dir, 'big')), sha256(BIG));
  assert.match(contents.problem ?? '', /cache/);
  assert.is(await contents.put(join(dir, 'a')), sha256('a'));
  const none = new Contents(undefined, 2 ** 30);
  chmodSync(join(dir, 'a'), 0o444);
  assert.is(await none.put(join(dir, 'a')), sha256('a'));
  assert.ok(none.has(sha256('never'), 1));
  assert.equal(none.pack(dir, [fileAt('a', 'a')]), []);
});
