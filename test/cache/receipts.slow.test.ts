// What is known of tasks without looking at them, as long as all that was seen is as it was.

import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cacheFile } from '../../src/base/cache-file.ts';
import { look } from '../../src/base/look.ts';
import { locate, type RawPath } from '../../src/base/raw-path.ts';
import { fingerprintOf } from '../../src/base/stat-fingerprint.ts';
import { type ManyFiles, numbersAt, numbersIn, type Receipt, Receipts } from '../../src/cache/receipts.ts';
import type { Seen } from '../../src/cache/seen-table.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('cache/receipts');

const KEY = 'ab'.repeat(32);
const receipt: Receipt = { key: KEY, about: 'it', durationMs: 12, exitCode: 0 };
const COUNT = 3_100;

const none: ManyFiles = { remember: async () => undefined, changedSince: async () => undefined };

const many = Object.fromEntries(Array.from({ length: COUNT }, (_, at) => [`many/${at}`, '']));
const { dir: root } = await repo({ files: { 'a/one': '1', 'a/two': '2', 'b/three': '3', ...many } });
/** Older than any clock is coarse. */
await setTimeout(2_100);

function seen(path: string): Seen {
  const raw = path as RawPath;
  const stats = look(locate(root, raw));
  const print = stats?.isFile() ? numbersIn(fingerprintOf(stats)) : numbersAt(root, raw);
  return { path: raw, numbers: print ?? [] };
}

/** By a process of its own, as it were. */
async function kept(tasks: Record<string, Seen[]>, files = none): Promise<() => Receipts> {
  rmSync(cacheFile(root, 'receipts') ?? '', { force: true });
  const receipts = new Receipts(root, files);
  for (const [task, all] of Object.entries(tasks)) receipts.add(task, receipt, all);
  await receipts.save();
  return () => new Receipts(root, files);
}

const ofAll = (receipts: Receipts): string =>
  ['a', 'b', 'all'].filter((task) => receipts.of(task, 'it')?.key === KEY).join();

const tasks = () => ({
  a: ['a', 'a/one', 'a/two'].map(seen),
  b: ['b', 'b/three', 'a/two'].map(seen),
});

test('all that was said comes back, of those who are the same', async () => {
  const again = await kept(tasks());
  assert.is(ofAll(again()), 'a,b');
  const { key, about, durationMs, exitCode } = again().of('a', 'it') as Receipt;
  assert.equal({ key, about, durationMs, exitCode }, receipt);
  assert.is(again().of('a', 'another'), undefined);
  assert.is(again().of('c', 'it'), undefined);
});

test('what was changed too soon before it was seen is not believed', async () => {
  write(root, { 'new/file': '1' });
  const again = await kept({ ...tasks(), b: ['new', 'new/file'].map(seen) });
  assert.is(ofAll(again()), 'a');
  rmSync(join(root, 'new'), { recursive: true });
});

test('of a task that has run there is none, and the others stay', async () => {
  const again = await kept(tasks());
  const receipts = again();
  receipts.drop('a');
  await receipts.save();
  assert.is(ofAll(again()), 'b');
  const more = again();
  more.add('a', receipt, tasks().a);
  await more.save();
  assert.is(ofAll(again()), 'a,b');
});

test('a file of receipts that is damaged is none', async () => {
  const again = await kept(tasks());
  const file = cacheFile(root, 'receipts') as string;
  const whole = readFileSync(file);
  for (const length of [0, 10, whole.indexOf('\n') + 1, whole.indexOf('\n') + 40, whole.length - 40]) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    assert.is(ofAll(again()), '', `${length} of ${whole.length} bytes`);
  }
  writeFileSync(file, 'no receipts\n');
  assert.is(ofAll(again()), '');
});

test('many files are looked at by who can, and only what he is not sure of by us', async () => {
  let changed: RawPath[] | undefined = [];
  const asked: string[] = [];
  const files: ManyFiles = {
    remember: async () => ({ word: 'then', others: [] }),
    changedSince: async (word) => {
      asked.push(word);
      return changed;
    },
  };
  const all = Object.keys(many).map(seen);
  // Numbers that are those of no file: whoever looks at it sees that.
  const wrong = { path: 'many/7' as RawPath, numbers: [1, 2, 3, 4, 5] };
  const again = await kept(
    { ...tasks(), all: [...all.filter(({ path }) => path !== 'many/7'), wrong] },
    files,
  );
  const asking = async (...names: string[]): Promise<Receipts> => {
    const receipts = again();
    receipts.lookAhead(names);
    return receipts;
  };
  // Few files are looked at by us.
  const few = await asking('a', 'b');
  await few.lookedAhead();
  assert.is(ofAll(few), 'a,b');
  assert.equal(asked, []);
  const believed = await asking('all');
  await believed.lookedAhead();
  assert.is(ofAll(believed), 'a,b,all');
  assert.equal(asked, ['then']);
  changed = ['many/7' as RawPath];
  const unsure = await asking('all');
  await unsure.lookedAhead();
  assert.is(ofAll(unsure), 'a,b');
  changed = undefined;
  const silent = await asking('all');
  await silent.lookedAhead();
  assert.is(ofAll(silent), 'a,b');
  // What has run meanwhile may have changed it.
  changed = [];
  const late = await asking('all');
  late.outdated();
  await late.lookedAhead();
  assert.is(ofAll(late), 'a,b');
  await believed.lookedAhead();
  believed.outdated();
  assert.is(ofAll(believed), 'a,b');
});

test('what is forgotten is asked for once', async () => {
  let asked = 0;
  const files: ManyFiles = {
    remember: async () => ({ word: 'then', others: [] }),
    changedSince: async () => {
      asked += 1;
      return undefined;
    },
  };
  const again = await kept({ all: Object.keys(many).map(seen) }, files);
  for (let run = 0; run < 3; run++) {
    const receipts = again();
    receipts.lookAhead(['all']);
    await receipts.lookedAhead();
    assert.is(ofAll(receipts), 'all');
    await receipts.save();
  }
  assert.is(asked, 1);
});

test('a file is looked at once, until something has run', async () => {
  const receipts = (await kept(tasks()))();
  assert.is(ofAll(receipts), 'a,b');
  appendFileSync(join(root, 'a/two'), 'more');
  assert.is(ofAll(receipts), 'a,b');
  receipts.outdated();
  assert.is(ofAll(receipts), '');
});
