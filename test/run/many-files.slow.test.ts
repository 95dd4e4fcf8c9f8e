// Many files that are looked at by git for the receipts of tasks: what has changed of them is never passed over.

import { readdirSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cacheFile } from '../../src/base/cache-file.ts';
import { look } from '../../src/base/look.ts';
import { locate, type RawPath } from '../../src/base/raw-path.ts';
import { fingerprintOf } from '../../src/base/stat-fingerprint.ts';
import { numbersIn } from '../../src/cache/receipts.ts';
import type { Seen } from '../../src/cache/seen-table.ts';
import { findRepository } from '../../src/git/repository.ts';
import { manyFilesIn } from '../../src/run/caching/many-files.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('run/many-files');

/** Older than any clock is coarse. */
const OLD_MS = 2_100;

async function made() {
  const { dir } = await repo({ files: { '.gitignore': '*.log\n' } });
  const root = join(dir, 'app');
  const names = ['a', 'b', 'sub/c', 'd.log'];
  write(root, Object.fromEntries(names.map((name) => [name, name])));
  await setTimeout(OLD_MS);
  const seen = names.map((name): Seen => {
    const path = name as RawPath;
    const stats = look(locate(root, path));
    return { path, numbers: stats === undefined ? [] : numbersIn(fingerprintOf(stats)) };
  });
  const kept = dirname(cacheFile(root, 'seen-') ?? '');
  const indexes = (): string[] => readdirSync(kept).filter((name) => name.startsWith('seen-'));
  return {
    root,
    seen,
    many: manyFilesIn(root, findRepository(root)),
    indexes: () => indexes().map((name) => join(kept, name)),
  };
}

test('those that have changed are told, by their names in the folder of the config', async () => {
  const { root, seen, many } = await made();
  const remembered = await many.remember(seen);
  assert.equal(remembered?.others, []);
  const word = remembered?.word ?? '';
  assert.equal(await many.changedSince(word), []);
  write(root, { 'sub/c': 'x', 'd.log': 'e.log' });
  rmSync(join(root, 'a'));
  assert.equal([...((await many.changedSince(word)) ?? [])].sort(), ['a', 'd.log', 'sub/c']);
});

test('of those that are not as they were seen nothing will be said, and that is said', async () => {
  const { root, seen, many } = await made();
  utimesSync(join(root, 'b'), 1, 1);
  const twice = [...seen, { path: 'a' as RawPath, numbers: [1, 2, 3, 4, 5] }];
  const remembered = await many.remember(twice);
  assert.equal(remembered?.others, ['b', 'a']);
  assert.equal(await many.changedSince(remembered?.word ?? ''), []);
});

test('nothing is said without the index of that very time', async () => {
  const { seen, many, indexes } = await made();
  assert.is(await many.changedSince('0123456789ab'), undefined);
  const word = (await many.remember(seen))?.word ?? '';
  const [index = ''] = indexes();
  for (const length of [340, 200, 100, 12, 0]) {
    truncateSync(index, length);
    assert.is(await many.changedSince(word), undefined, `${length} bytes`);
  }
  rmSync(index);
  assert.is(await many.changedSince(word), undefined);
});

test('old indexes go', async () => {
  const { seen, many, indexes } = await made();
  for (let times = 0; times < 5; times++) await many.remember(seen);
  assert.is(indexes().length, 2);
});
