// A store with 100,000 results in it does all that a small one does.

import { closeSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CacheStore } from '../../src/cache/cache-store.ts';
import { encodeRecord } from '../../src/cache/record-file.ts';
import { statsOf } from '../../src/cache/stats.ts';
import { clear, sweep } from '../../src/cache/sweep.ts';
import { assert, suite } from '../support/suite.ts';
import { fileAt, recordPath, recordWith, scene, sha256 } from './support.ts';

const test = suite('cache/many');

const [TASKS, EACH, BLOBS] = [1_000, 100, 2_000];
const ALL = TASKS * EACH;
const OLD = 40 * 86_400_000;

const keyOf = (index: number): string => sha256(`key ${index}`);
const taskOf = (index: number): string => `task ${index % TASKS}`;
const contentOf = (index: number): string => `content ${index % BLOBS}`;

/** With nothing but the calls that it takes. */
function fill(folder: string, store: CacheStore): void {
  for (let index = 0; index < BLOBS; index += 1) store.putBytes(Buffer.from(contentOf(index)));
  for (let index = 0; index < TASKS; index += 1)
    mkdirSync(join(folder, dirname(pathOf(index))), { recursive: true });
  const then = (Date.now() - OLD) / 1_000;
  for (let index = 0; index < ALL; index += 1) {
    const kept = {
      task: taskOf(index),
      key: keyOf(index),
      record: recordWith([fileAt('out', contentOf(index))]),
    };
    const path = join(folder, pathOf(index));
    const handle = openSync(path, 'wx');
    writeSync(handle, encodeRecord(kept, new Map()));
    closeSync(handle);
    if (index % 2 === 1) utimesSync(path, then, then);
  }
}

const pathOf = (index: number): string => recordPath(taskOf(index), keyOf(index));

test('100,000 results: read, explained, counted, swept and cleared', { timeout: 600_000 }, () => {
  const { folder, store } = scene();
  fill(folder, store);
  for (const index of [0, 1, ALL - 1])
    assert.equal(store.read(taskOf(index), keyOf(index)), recordWith([fileAt('out', contentOf(index))]));
  assert.is(store.partsOf(taskOf(0), 5).length, 5);
  const { bytes, ...before } = statsOf(store.folder);
  assert.equal([before.results, before.tasks], [ALL, TASKS]);
  const swept = sweep(store.folder, { maxSize: bytes * 0.4, maxAgeMs: OLD / 2 });
  const after = statsOf(store.folder);
  assert.is(after.results, ALL - swept.results);
  assert.is(after.bytes, bytes - swept.bytes);
  assert.ok(after.results > ALL / 4 && after.results < ALL / 2, String(after.results));
  assert.is(store.read(taskOf(1), keyOf(1)), undefined);
  assert.is(clear(store.folder).results, after.results);
  assert.is(statsOf(store.folder).bytes, 0);
});
