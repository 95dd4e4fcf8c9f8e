// `ptask cache`: what it says of a store, and that it clears it.

import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { fileAt, putContents, recordPath, recordWith, sha256 } from '../cache/support.ts';
import { expectCode, expectOutput, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';

const test = suite('cli/cache');

const CONFIG = 'tasks: { a: { run: "true" } }\n';
const DAY = 86_400_000;

/** Two results of one task, the one used a day ago and the other ten. */
function fill(folder: string): CacheStore {
  const store = new CacheStore(folder);
  for (const [content, days] of [
    ['new', 1],
    ['old', 10],
  ] as const) {
    const key = sha256(content);
    const changes = [fileAt('out', content)];
    putContents(store, changes);
    store.write('a', key, recordWith(changes), new Map());
    store.used('a', key);
    store.close();
    const then = Date.UTC(2024, 0, 2, 3, 4) - days * DAY;
    utimesSync(join(folder, recordPath('a', key)), then / 1_000, then / 1_000);
  }
  return store;
}

test('shows where, how much, how often and when', async () => {
  const { dir, ptask } = await gitProject(CONFIG);
  const folder = join(dir, '.git/ptask/cache');
  assert.is(expectCode(await ptask('cache'), 0).stdout, `the cache is empty: ${folder}\n`);
  assert.not.ok(exists(folder));
  fill(folder);
  const { stdout } = expectCode(await ptask('cache'), 0);
  const today = new Date().toISOString().slice(0, 10);
  assert.is(
    stdout.replace(/\d+ bytes/, 'N bytes').replace(/\d+(?:\.\d+)? kB/, 'N kB'),
    [
      `folder    ${folder}`,
      'results   2, of 1 task',
      'size      N kB of at most 2 GB',
      `hits      2 since ${today}`,
      'last use  2024-01-01 03:04 UTC',
      '',
    ].join('\n'),
  );
});

test('the same as JSON', async () => {
  const { dir, ptask } = await gitProject(`cache: { maxSize: unlimited, maxAge: 1h }\n${CONFIG}`);
  const folder = join(dir, '.git/ptask/cache');
  const facts = async () => JSON.parse(expectCode(await ptask('cache', '--json'), 0).stdout);
  const nothing = { results: 0, tasks: 0, bytes: 0, hits: 0, hitsSince: null, lastUsedAt: null };
  const bounds = { schemaVersion: 1, folder, maxBytes: null, maxAgeMs: 3_600_000 };
  assert.equal(await facts(), { ...bounds, ...nothing });
  fill(folder);
  const { bytes, hitsSince, ...rest } = await facts();
  assert.ok(bytes > 6 && Date.parse(hitsSince) <= Date.now());
  const { bytes: _b, hitsSince: _h, ...expected } = { ...bounds, ...nothing, results: 2, tasks: 1, hits: 2 };
  assert.equal(rest, { ...expected, lastUsedAt: '2024-01-01T03:04:00.000Z' });
});

test('clear removes what is old, or all', async () => {
  const { dir, ptask } = await gitProject(CONFIG);
  const store = fill(join(dir, '.git/ptask/cache'));
  const age = Math.ceil((Date.now() - Date.UTC(2024, 0, 2)) / DAY) + 5;
  expectOutput(
    expectCode(await ptask('cache', 'clear', '--older', `${age}d`), 0),
    /^✔ removed 1 result, \d+ bytes\n$/,
  );
  assert.is(store.read('a', sha256('old')), undefined);
  assert.ok(store.read('a', sha256('new')));
  const { removed } = JSON.parse(expectCode(await ptask('cache', 'clear', '--json'), 0).stdout);
  assert.is(removed.results, 1);
  assert.ok(removed.bytes > 6);
  assert.is(store.read('a', sha256('new')), undefined);
  assert.is(expectCode(await ptask('cache', 'clear'), 0).stdout, 'nothing to remove\n');
});

test('another folder by the config or the environment', async () => {
  const { dir, ptask } = project(`cache: { dir: results }\n${CONFIG}`);
  const other = tempDir();
  const folderWith = async (env: Record<string, string>) =>
    JSON.parse(expectCode(await ptask('cache', '--json', { env }), 0).stdout).folder;
  assert.is(await folderWith({}), join(dir, 'results'));
  assert.is(await folderWith({ PTASK_CACHE_DIR: other }), other);
});

test('what cannot be meant is refused, and so is a cache without a place', async () => {
  const { dir, ptask } = project({ config: CONFIG, files: { file: '' } });
  expectOutput(expectCode(await ptask('cache', '--older', '7d'), 2), /`--older` is for `ptask cache clear`/);
  expectOutput(
    expectCode(await ptask('cache', 'clear', '--older', 'week'), 2),
    /expected an age such as 12h/,
  );
  expectOutput(expectCode(await ptask('cache', 'clean'), 2), /expected clear/);
  const env = { XDG_CACHE_HOME: join(dir, 'file/none') };
  expectOutput(expectCode(await ptask('cache', { env }), 2), /no folder that the cache could be written to/);
});
