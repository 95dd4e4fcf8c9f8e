// SIGKILL and a full disk at every single call of storing a result, and SIGKILL at every call of a sweep: whatever is read afterwards
// is whole or missing, and the next who stores or sweeps has it right. At some of the calls unless PTASK_TEST_RUNS asks for all.

import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { blobsOf } from '../../src/cache/packs.ts';
import { statsOf } from '../../src/cache/stats.ts';
import { sweep } from '../../src/cache/sweep.ts';
import { sweepOnce } from '../../src/cache/sweep-once.ts';
import { LARGE } from '../../src/store/content.ts';
import { countCalls, type Outcome, runChild } from '../support/killed.ts';
import { program } from '../support/program.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { blobPath, keyOf, partsOf, putContents, recordOf, recordPath, sha256, taskOf } from './support.ts';

const test = suite('cache/kills');
const SLOW = { timeout: 240_000 };
const DAY = 86_400_000;
const UNBOUND = { maxSize: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY };

let child = '';
test.before(async () => {
  child = await program('support/cache-child.ts', 'cjs');
});

const LARGE_CONTENT = Buffer.alloc(LARGE + 1, 'x');

interface Storing {
  folder: string;
  args: string[];
}

function storing(): Storing {
  const dir = tempDir();
  const folder = join(dir, 'cache');
  writeFileSync(join(dir, 'large'), LARGE_CONTENT);
  return { folder, args: ['store', folder, dir] };
}

/** Whole or missing: the record with all that it names, and each content. */
function isRight(folder: string): void {
  const store = new CacheStore(folder);
  const record = store.read(taskOf(1), keyOf(1));
  if (record !== undefined) {
    assert.equal(record, recordOf(1));
    assert.equal(store.partsOf(taskOf(1), 1)[0]?.parts, partsOf(1));
  }
  const large = { oid: sha256(LARGE_CONTENT), size: LARGE_CONTENT.length };
  for (const blob of [...blobsOf(recordOf(1)), large]) {
    const bytes = store.bytesOf(blob);
    assert.ok(bytes === undefined || sha256(bytes) === blob.oid);
    assert.is(store.has(blob.oid, blob.size), bytes !== undefined);
    if (record !== undefined && blob !== large) assert.ok(bytes !== undefined, 'a record was there first');
  }
}

/** What is stored now is stored, and a later sweep leaves nothing of what was half done. */
async function isHealed({ folder, args }: Storing): Promise<void> {
  const { stdout, stderr } = await runChild(child, args, {});
  assert.is(stdout + stderr, '');
  isRight(folder);
  const store = new CacheStore(folder);
  assert.equal(store.read(taskOf(1), keyOf(1)), recordOf(1));
  sweep(store.folder, UNBOUND, Date.now() + 1.5 * DAY - 3_600_000);
  assert.equal(readdirSync(join(folder, 'drafts')), []);
  assert.equal(store.read(taskOf(1), keyOf(1)), recordOf(1));
  assert.is(statsOf(store.folder).results, 1);
}

test('killed at every call of storing', SLOW, async () => {
  const whole = storing();
  const { calls, outcome } = await countCalls(child, whole.args, join(whole.folder, '../count'));
  assert.is(outcome.stdout, '', outcome.stderr);
  assert.ok(calls > 30, String(calls));
  await each(sampled(calls + 1, 40), async (n) => {
    const made = storing();
    const { signal, stdout } = await runChild(child, made.args, { CRASH_AT: String(n) });
    assert.is(signal, n <= calls ? 'SIGKILL' : null, stdout);
    isRight(made.folder);
    await isHealed(made);
  });
});

test('a full disk at every call of storing that needs space', SLOW, async () => {
  const whole = storing();
  const { spacious } = await countCalls(child, whole.args, join(whole.folder, '../count'));
  assert.ok(spacious > 20, String(spacious));
  await each(sampled(spacious, 20), async (n) => {
    const made = storing();
    const { signal, stdout }: Outcome = await runChild(child, made.args, { CRASH_ENOSPC_AT: String(n) });
    assert.is(signal, null);
    // Hits are not counted then, which nobody is told.
    assert.match(stdout, /^(?:Error: ENOSPC|$)/, `call ${n}`);
    isRight(made.folder);
    await isHealed(made);
  });
});

/** Some results, of which every other one and a content that nobody names have had their time. */
function sweeping(): string {
  const folder = join(tempDir(), 'cache');
  const store = new CacheStore(folder);
  const age = (path: string, days: number): void => {
    const then = (Date.now() - days * DAY) / 1_000;
    utimesSync(join(folder, path), then, then);
  };
  for (const number of [0, 1, 2, 3, 4, 5]) {
    const record = recordOf(number);
    putContents(store, record.changes);
    for (const { oid } of blobsOf(record)) age(blobPath(oid), 0.5);
    store.write(taskOf(number), keyOf(number), record, partsOf(number));
    age(recordPath(taskOf(number), keyOf(number)), number % 2 === 0 ? 0.5 : 2);
  }
  age(blobPath(store.putBytes(Buffer.from('nobody’s'))), 0.5);
  writeFileSync(join(folder, 'stored'), 'since 0\n');
  return folder;
}

/** By number: which records are there, all of them whole. */
function left(folder: string): number[] {
  const store = new CacheStore(folder);
  const found = [0, 1, 2, 3, 4, 5].filter(
    (number) => store.read(taskOf(number), keyOf(number)) !== undefined,
  );
  for (const number of found) for (const blob of blobsOf(recordOf(number))) assert.ok(store.bytesOf(blob));
  return found;
}

test('a sweep that is killed at every call, and done again', SLOW, async () => {
  const whole = sweeping();
  const args = (folder: string): string[] => ['once', folder, '1000000'];
  const { calls, outcome } = await countCalls(child, args(whole), join(whole, '../count'));
  assert.is(outcome.stdout, '', outcome.stderr);
  assert.equal(left(whole), [0, 2, 4]);
  const { bytes } = statsOf(new CacheStore(whole).folder);
  assert.ok(calls > 30, String(calls));
  await each(sampled(calls, 40), async (n) => {
    const folder = sweeping();
    const { signal, stdout } = await runChild(child, args(folder), { CRASH_AT: String(n) });
    assert.is(signal, 'SIGKILL', stdout);
    const then = left(folder);
    assert.equal(
      [0, 2, 4].filter((number) => !then.includes(number)),
      [],
      `call ${n}: ${then}`,
    );
    sweepOnce(new CacheStore(folder).folder, { maxSize: 1_000_000, maxAgeMs: DAY });
    assert.equal(left(folder), [0, 2, 4], `call ${n}`);
    assert.is(statsOf(new CacheStore(folder).folder).bytes, bytes, `call ${n}`);
    assert.match(readFileSync(join(folder, 'stored'), 'utf8'), /^since [1-9]\d+\n$/);
    rmSync(folder, { recursive: true });
  });
});
