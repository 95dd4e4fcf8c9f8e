// What goes from a store and what stays, and when it is swept.

import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { countHits, hitsOf } from '../../src/cache/hit-count.ts';
import { blobsOf } from '../../src/cache/packs.ts';
import { statsOf } from '../../src/cache/stats.ts';
import type { StoreFolder } from '../../src/cache/store-folder.ts';
import { clear, sweep } from '../../src/cache/sweep.ts';
import { isDue, sweepIfDue } from '../../src/cache/sweep-due.ts';
import { sweepOnce } from '../../src/cache/sweep-once.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, tree, write } from '../support/tmp.ts';
import {
  blobPath,
  fileAt,
  putContents,
  recordPath,
  recordWith,
  type Scene,
  scene,
  sha256,
} from './support.ts';

const test = suite('cache/sweep');

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const UNBOUND = { maxSize: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY };

/** Stores what a task has made, which was last used so many hours ago. */
function add({ folder, store }: Scene, task: string, contents: readonly string[], hoursAgo = 0): string {
  const key = sha256(`key of ${task}`);
  const changes = contents.map((content, index) => fileAt(`dist/${index}`, content));
  putContents(store, changes);
  const record = recordWith(changes);
  store.write(task, key, record, new Map());
  const files = [recordPath(task, key), ...blobsOf(record).map(({ oid }) => blobPath(oid))];
  for (const file of files) age(join(folder, file), hoursAgo);
  return key;
}

function age(file: string, hours: number): void {
  const then = (Date.now() - hours * HOUR) / 1_000;
  utimesSync(file, then, then);
}

/** Which of the tasks are still there. */
const left = ({ store }: Scene, ...tasks: string[]): string[] =>
  tasks.filter((task) => store.read(task, sha256(`key of ${task}`)) !== undefined);

const holds = ({ store }: Scene, content: string): boolean => store.has(sha256(content), content.length);

/** A content that no pack has. */
const large = (text: string): string => text.padEnd(70_000, '.');

test('what was not used for long goes, and its contents with the last that names them', () => {
  const made = scene();
  add(made, 'new', [large('shared'), 'of new'], 2);
  add(made, 'old', [large('shared'), 'of old'], 50);
  // The content itself was put long ago.
  age(join(made.folder, blobPath(sha256(large('shared')))), 50);
  const swept = sweep(made.store.folder, { ...UNBOUND, maxAgeMs: 2 * DAY });
  assert.is(swept.results, 1);
  assert.equal(left(made, 'new', 'old'), ['new']);
  assert.equal(
    [large('shared'), 'of new', 'of old'].map((content) => holds(made, content)),
    [true, true, false],
  );
  assert.is(readdirSync(join(made.folder, 'tasks')).length, 1, 'folders go with what was in them');
  assert.equal(sweep(made.store.folder, { ...UNBOUND, maxAgeMs: 2 * DAY }), { results: 0, bytes: 0 });
});

test('a use counts, whenever it was stored', () => {
  const made = scene();
  const key = add(made, 'old', ['of old'], 50);
  made.store.used('old', key);
  sweep(made.store.folder, { ...UNBOUND, maxAgeMs: DAY });
  assert.equal(left(made, 'old'), ['old']);
  assert.ok(holds(made, 'of old'));
});

test('of what is too much, what was not used for longest goes', () => {
  const made = scene();
  const big = (letter: string) => letter.repeat(100_000);
  for (const [index, letter] of ['a', 'b', 'c', 'd'].entries())
    add(made, letter, [big(letter), big('all')], 20 - index);
  add(made, 'e', [big('a')], 1);
  const { bytes } = statsOf(made.store.folder);
  // Without a nothing is gained but its record: e needs its content.
  const swept = sweep(made.store.folder, { ...UNBOUND, maxSize: bytes - 90_000 });
  assert.equal(left(made, 'a', 'b', 'c', 'd', 'e'), ['c', 'd', 'e']);
  assert.equal(
    ['a', 'b', 'c', 'd', 'all'].map((letter) => holds(made, big(letter))),
    [true, false, true, true, true],
  );
  assert.is(statsOf(made.store.folder).bytes, bytes - swept.bytes);
  assert.is(swept.results, 2);
  sweep(made.store.folder, { ...UNBOUND, maxSize: 0 });
  assert.equal(statsOf(made.store.folder), {
    ...{ results: 0, tasks: 0, bytes: 0, lastUsedAt: undefined },
    hits: { count: 0, since: undefined },
  });
});

test('what was put just now stays, though no record names it, and so does what is put again', async () => {
  const made = scene();
  const { store, folder, dir } = made;
  for (const content of ['new', 'old', 'again', 'from a file']) store.putBytes(Buffer.from(content));
  for (const content of ['old', 'again', 'from a file']) age(join(folder, blobPath(sha256(content))), 2);
  new CacheStore(folder).putBytes(Buffer.from('again'));
  writeFileSync(join(dir, 'file'), 'from a file');
  await store.put(join(dir, 'file'));
  sweep(store.folder, { ...UNBOUND, maxSize: 0 });
  assert.equal(
    ['new', 'old', 'again', 'from a file'].map((content) => holds(made, content)),
    [true, false, true, true],
  );
});

test('a time that is yet to come keeps nothing', () => {
  const made = scene();
  add(made, 'build', ['content'], -48);
  sweep(made.store.folder, { ...UNBOUND, maxAgeMs: DAY });
  assert.equal(left(made, 'build'), []);
  assert.not.ok(holds(made, 'content'));
});

test('records that are damaged or lack a content go', () => {
  const made = scene();
  for (const task of ['whole', 'cut', 'without', 'short']) add(made, task, [`of ${task}`], 2);
  truncateSync(join(made.folder, recordPath('cut', sha256('key of cut'))), 30);
  rmSync(join(made.folder, blobPath(sha256('of without'))));
  truncateSync(join(made.folder, blobPath(sha256('of short'))), 3);
  for (const content of ['of short']) age(join(made.folder, blobPath(sha256(content))), 2);
  assert.is(sweep(made.store.folder, UNBOUND).results, 3);
  assert.equal(left(made, 'whole', 'cut', 'without', 'short'), ['whole']);
  assert.equal(
    ['of whole', 'of cut', 'of short'].map((content) => made.store.sizeOf(sha256(content)) > 0),
    [true, false, false],
  );
});

test('drafts that are left go after a day', () => {
  const { store, folder } = scene();
  store.putBytes(Buffer.from('x'));
  write(join(folder, 'drafts'), { '0123456789ab': 'left', ba9876543210: 'in use', other: 'not ours' });
  age(join(folder, 'drafts/0123456789ab'), 25);
  age(join(folder, 'drafts/other'), 25);
  sweep(store.folder, UNBOUND);
  assert.equal(readdirSync(join(folder, 'drafts')).sort(), ['ba9876543210', 'other']);
});

/** What somebody may have put among ours. */
function litter(folder: string, outside: string): void {
  const [oid, key] = [sha256('litter'), sha256('key')];
  write(folder, {
    readme: 'theirs',
    'blobs/readme': 'theirs',
    'blobs/zz/readme': 'theirs',
    'blobs/00/readme': 'theirs',
    [`blobs/00/${oid.slice(2)}/inside`]: 'theirs',
    [`tasks/00/${oid.slice(2)}/readme`]: 'theirs',
    [`tasks/00/${oid.slice(2)}/${key}/inside`]: 'theirs',
    'drafts/0123456789ab/inside': 'theirs',
    'blobs/11': { symlink: outside },
    'tasks/22': { symlink: outside },
    [`tasks/33/${oid.slice(2)}`]: { symlink: outside },
  });
}

for (const [how, work] of [
  ['swept', (store: StoreFolder) => sweep(store, { maxSize: 0, maxAgeMs: 0 }, Date.now() + HOUR * 2)],
  ['cleared', clear],
] as const)
  test(`what is not ours stays when a store is ${how}, and nothing goes beyond a link`, () => {
    const made = scene();
    const outside = tempDir();
    write(outside, {
      [sha256('x').slice(2)]: 'x',
      [sha256('x')]: 'x',
      [`${sha256('y').slice(2)}/${sha256('x')}`]: 'x',
    });
    litter(made.folder, outside);
    const before = [tree(made.folder), tree(outside)];
    add(made, 'build', ['content'], 3);
    // A link in the place of a file is ours to remove, what it leads to is not.
    const link = join(made.folder, blobPath(sha256('link')));
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(join(outside, sha256('x')), link);
    work(made.store.folder);
    assert.not.ok(exists(link) && how === 'cleared');
    rmSync(link, { force: true });
    clear(made.store.folder);
    assert.equal([tree(made.folder), tree(outside)], before);
  });

test('a store is cleared of all, however new, and used on', () => {
  const made = scene();
  const key = add(made, 'build', ['content']);
  made.store.used('build', key);
  const { bytes } = statsOf(made.store.folder);
  assert.equal(clear(made.store.folder), { results: 1, bytes });
  assert.is(statsOf(made.store.folder).bytes, 0);
  assert.is(hitsOf(made.store.folder).count, 0);
  assert.equal(readdirSync(join(made.folder, 'blobs')), []);
  add(made, 'build', ['content']);
  assert.equal(left(made, 'build'), ['build']);
});

test('a store that is not there is not made to be swept or cleared', () => {
  const { dir, store } = scene();
  sweep(store.folder, UNBOUND);
  assert.equal(clear(store.folder), { results: 0, bytes: 0 });
  assert.is(statsOf(store.folder).results, 0);
  sweepIfDue(store, UNBOUND, () => assert.unreachable());
  assert.equal(readdirSync(dir), []);
});

test('it is counted what there is', () => {
  const made = scene();
  add(made, 'a', ['one', 'two'], 5);
  add(made, 'b', ['one'], 3);
  const key = sha256('another key');
  made.store.write('b', key, recordWith(), new Map());
  age(join(made.folder, recordPath('b', key)), 4);
  made.store.used('b', sha256('key of b'));
  made.store.close();
  const { results, tasks, bytes, hits, lastUsedAt = 0 } = statsOf(made.store.folder);
  assert.equal({ results, tasks, hits: hits.count }, { results: 3, tasks: 2, hits: 1 });
  assert.ok(bytes > 6 && bytes < 10_000);
  assert.ok(Date.now() - lastUsedAt < HOUR);
});

/** How often a sweep was started. */
function due({ store }: Scene, limits = UNBOUND): number {
  let started = 0;
  sweepIfDue(store, limits, () => {
    started += 1;
  });
  return started;
}

test('it is due after a day, or when a tenth of what it may hold was stored since, by whomever', () => {
  const made = scene();
  const limits = { ...UNBOUND, maxSize: 10_000 };
  made.store.putBytes(Buffer.alloc(600));
  assert.is(due(made, limits), 0);
  const other = { ...made, store: new CacheStore(made.folder) };
  other.store.putBytes(Buffer.alloc(300, 'a'));
  assert.is(due(other, limits), 0);
  assert.is(due(made, limits), 0, 'nothing was stored by it since');
  made.store.putBytes(Buffer.alloc(200, 'b'));
  assert.is(due(made, limits), 1);
  assert.is(due(made), 0, 'a larger store holds more');
  assert.not.ok(isDue(made.store.folder, UNBOUND, Date.now() + 0.9 * DAY));
  assert.ok(isDue(made.store.folder, UNBOUND, Date.now() + 1.1 * DAY));
  assert.ok(isDue(made.store.folder, UNBOUND, Date.now() - 1.1 * DAY), 'a clock that was wrong');
  writeFileSync(join(made.folder, 'stored'), `since ${Date.now()}\nwhat is this\n`);
  assert.is(due(made), 1);
});

test('what is counted is never written into what is no count of ours', () => {
  const made = scene();
  made.store.putBytes(Buffer.from('x'));
  const theirs = join(made.dir, 'theirs');
  for (const name of ['hits', 'stored'])
    for (const link of [linkSync, symlinkSync]) {
      writeFileSync(theirs, 'theirs');
      rmSync(join(made.folder, name), { force: true });
      link(theirs, join(made.folder, name));
      countHits(made.store.folder, 1);
      due(made);
      assert.is(readFileSync(theirs, 'utf8'), 'theirs');
      assert.is(hitsOf(made.store.folder).count, 1, 'and begun anew');
      rmSync(join(made.folder, 'hits'), { force: true });
    }
});

test('one process sweeps, once, and makes room until the next time', () => {
  const made = scene();
  for (const [index, task] of ['a', 'b', 'c'].entries()) add(made, task, [task.repeat(10_000)], 9 - index);
  const { bytes } = statsOf(made.store.folder);
  assert.is(due(made, { ...UNBOUND, maxSize: bytes }), 1);
  const swept = sweepOnce(made.store.folder, { ...UNBOUND, maxSize: bytes });
  assert.is(swept?.results, 1);
  assert.equal(left(made, 'a', 'b', 'c'), ['b', 'c']);
  assert.is(due(made, { ...UNBOUND, maxSize: bytes }), 0);
  assert.is(sweepOnce(made.store.folder, { ...UNBOUND, maxSize: bytes }), undefined, 'it is not due');
});

test('where nothing can be written no sweep is started', () => {
  const made = scene();
  add(made, 'a', ['a'], 9);
  renameSync(made.folder, `${made.folder}-moved`);
  writeFileSync(made.folder, '');
  assert.is(due(made, { ...UNBOUND, maxSize: 0 }), 0);
  assert.ok(existsSync(made.folder));
});
