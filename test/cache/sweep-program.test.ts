// The built program that sweeps in the background.

import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { recordPath, recordWith, scene, sha256 } from './support.ts';

const test = suite('cache/sweep-program');

test('sweeps what is due, and says nothing, whatever there is', async () => {
  const { dir, folder, store } = scene();
  const sweep = (...args: string[]) =>
    execa(process.execPath, [join(repositoryRoot, 'dist/sweep.cjs'), ...args], {
      env: hermeticEnv(),
      extendEnv: false,
      all: true,
    });
  const keys = ['old', 'new'].map(sha256);
  for (const key of keys) store.write('build', key, recordWith(), new Map());
  utimesSync(join(folder, recordPath('build', keys[0] as string)), 1, 1);
  const left = () => keys.map((key) => new CacheStore(folder).read('build', key) !== undefined);
  writeFileSync(join(folder, 'stored'), `since ${Date.now()}\n`);
  assert.is((await sweep(folder, '511', '1000000', '1000')).all, '');
  assert.equal(left(), [true, true], 'not due');
  writeFileSync(join(folder, 'stored'), 'since 1\n');
  assert.is((await sweep(folder, '511', 'Infinity', '100000')).all, '');
  assert.equal(left(), [false, true]);
  writeFileSync(join(dir, 'file'), '');
  for (const args of [[join(dir, 'file'), '511', '1', '1'], [], ['/proc/none', '511', '1', '1']])
    assert.is((await sweep(...args)).all, '', args.join(' '));
});
