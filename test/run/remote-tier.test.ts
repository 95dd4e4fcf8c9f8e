// The remote cache in a run, where what goes wrong is no fault of the server: one result is lost by it, and the next is asked for.

import { CacheStore } from '../../src/cache/cache-store.ts';
import type { Task } from '../../src/config/config.ts';
import { actionResultOf } from '../../src/remote/kept-result.ts';
import type { ResultServer } from '../../src/remote/result-server.ts';
import type { Lookup } from '../../src/run/caching/lookups.ts';
import { RemoteTier } from '../../src/run/caching/remote-tier.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/remote-tier');

const RECORD = { hash: 'b'.repeat(64), size: 10 };
const HELD = actionResultOf(
  '.',
  { task: 'a', durationMs: 1, storedAt: 1, changes: [], packs: [], exitCode: 0 },
  RECORD,
);
const TASK = { id: 'a', cwd: '.' } as Task;
const LOOKUP = {
  key: {
    digest: { hash: 'a'.repeat(64), size: 1 },
    messages: () => ({ action: Buffer.alloc(1), command: Buffer.alloc(1) }),
  },
} as unknown as Lookup;

test('a disk that is full, or a content that is lost here, is one result and not the server', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  let asked = 0;
  const server = {
    abilities: async () => ({ storesResults: true, executes: false }),
    getActionResult: async () => {
      asked += 1;
      return HELD;
    },
    download: async () => {
      throw full;
    },
    upload: async () => {
      throw full;
    },
    close: () => {},
  } as unknown as ResultServer;
  const folder = tempDir();
  const heard: string[] = [];
  const tier = new RemoteTier({
    ...{ server, store: new CacheStore(folder), folder, reads: true, writes: true, mostBytes: 1e9 },
    stop: new AbortController().signal,
    failed: (reason) => heard.push(reason),
    told: (text) => text,
    storing: () => {},
  });
  for (let round = 0; round < 2; round += 1) assert.is(await tier.fetch('a', TASK, LOOKUP), false);
  assert.is(asked, 2);
  const record = { task: 'a', durationMs: 1, storedAt: 1, changes: [], packs: [], exitCode: 0 };
  tier.begin(TASK, LOOKUP.key, record);
  tier.keep(TASK, LOOKUP.key, record);
  await tier.close();
  assert.equal(heard, []);
  const { failure, unfit, isRead, notTaken, notStored } = tier.outcome;
  assert.equal(
    { failure, isRead, notTaken, notStored },
    { failure: undefined, isRead: true, notTaken: 2, notStored: 1 },
  );
  assert.match(unfit ?? '', /full|space/);
});
