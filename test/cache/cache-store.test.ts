// The store as those who use it see it: what is put comes back, what is damaged or foreign is missing, and nothing is written or
// removed by way of a link.

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../../src/base/error-code.ts';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { hitsOf } from '../../src/cache/hit-count.ts';
import type { RecordedPath, TaskRecord } from '../../src/cache/record.ts';
import { DamagedBlob } from '../../src/store/blob-store.ts';
import { LARGE } from '../../src/store/content.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree } from '../support/tmp.ts';
import { blobPath, fileAt, raw, recordPath, recordWith, scene, sha256 } from './support.ts';

const test = suite('cache/cache-store');

const KEY = sha256('key');
const PARTS = new Map([['file:src/a.ts', sha256('a')]]);

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.unreachable('nothing was thrown'),
    (error: unknown) => error,
  );
}

const CONTENTS: [name: string, bytes: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('text\n')],
  ['no text', Buffer.from([0, 0xff, 0x80, 13, 10])],
  ['more than is held in memory', Buffer.alloc(LARGE + 1, 'x')],
];

for (const [name, bytes] of CONTENTS)
  test(`${name} comes back as it was put, with the mode that is asked for`, async () => {
    const { dir, folder, store } = scene();
    const [from, to] = [join(dir, 'from'), join(dir, 'to')];
    writeFileSync(from, bytes);
    chmodSync(from, 0o440);
    const oid = await store.put(from);
    assert.is(oid, sha256(bytes));
    assert.is(await store.put(from), oid);
    assert.is(store.putBytes(bytes), oid);
    assert.ok(store.has(oid, bytes.length));
    assert.not.ok(store.has(oid, bytes.length + 1));
    assert.is(store.sizeOf(oid), bytes.length);
    rmSync(from);
    const other = new CacheStore(folder);
    await other.get(oid, to, 0o751);
    assert.ok(readFileSync(to).equals(bytes));
    assert.is(lstatSync(to).mode & 0o7777, 0o751);
    assert.ok(other.bytesOf({ oid, size: bytes.length })?.equals(bytes));
    assert.equal(readdirSync(join(folder, 'drafts')), []);
    assert.is(store.takeStored(), bytes.length);
    assert.is(store.takeStored(), 0);
  });

test('what was never put is missing', async () => {
  const { dir, store } = scene();
  for (const oid of [sha256('never'), '../../etc/passwd', '']) {
    assert.not.ok(store.has(oid, 5));
    assert.is(store.sizeOf(oid), 0);
    assert.is(store.bytesOf({ oid, size: 5 }), undefined);
    const error = await thrownBy(store.get(oid, join(dir, 'x'), 0o600));
    assert.instance(error, DamagedBlob);
    assert.match((error as Error).message, /is missing$/);
  }
  assert.equal(readdirSync(dir), [], 'and nothing is made to look for it');
});

test('links are not followed, and nothing is written over', async () => {
  const { dir, store } = scene();
  writeFileSync(join(dir, 'a'), 'a');
  writeFileSync(join(dir, 'taken'), 'taken');
  symlinkSync('a', join(dir, 'link'));
  assert.is(codeOf(await thrownBy(store.put(join(dir, 'link')))), 'ELOOP');
  assert.is(codeOf(await thrownBy(store.put(join(dir, 'none')))), 'ENOENT');
  const oid = await store.put(join(dir, 'a'));
  assert.is(codeOf(await thrownBy(store.get(oid, join(dir, 'taken'), 0o600))), 'EEXIST');
  assert.is(readFileSync(join(dir, 'taken'), 'utf8'), 'taken');
});

/** What may have become of a file of the store. */
const DAMAGE: [what: string, damage: (file: string) => void][] = [
  ['cut off', (file) => truncateSync(file, statSync(file).size - 1)],
  ['emptied', (file) => truncateSync(file, 0)],
  ['longer', (file) => writeFileSync(file, '!', { flag: 'a' })],
  ['changed', (file) => writeFileSync(file, flipped(readFileSync(file)))],
  ['a link to the same', (file) => moveAway(file, (moved) => symlinkSync(moved, file))],
  ['a folder', (file) => moveAway(file, () => mkdirSync(file))],
];

function flipped(bytes: Buffer): Buffer {
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

function moveAway(file: string, replace: (moved: string) => void): void {
  const moved = join(tempDir(), 'moved');
  renameSync(file, moved);
  replace(moved);
}

for (const [what, damage] of DAMAGE)
  for (const [name, bytes] of CONTENTS.slice(1))
    test(`${name} that is ${what} is not served`, async () => {
      const { dir, folder, store } = scene();
      for (const read of [() => store.get(sha256(bytes), join(dir, 'to'), 0o600), bytesOf]) {
        const oid = store.putBytes(bytes);
        damage(join(folder, blobPath(oid)));
        assert.instance(await thrownBy(read()), DamagedBlob);
        assert.not.ok(existsSync(join(dir, 'to')));
        if (what === 'a folder') return;
        assert.is(store.putBytes(bytes), oid);
        assert.ok(store.bytesOf({ oid, size: bytes.length })?.equals(bytes), 'and can be put again');
      }
      async function bytesOf(): Promise<void> {
        const blob = { oid: sha256(bytes), size: bytes.length };
        if (store.bytesOf(blob) === undefined) throw new DamagedBlob(blob.oid, 'damaged');
      }
    });

test('a record comes back whole, under its task and its key alone', () => {
  const { store, folder } = scene();
  const blob = { oid: sha256('log'), size: 3 };
  const record = recordWith(
    [
      fileAt('dist/a.js', 'a', 0o755),
      { path: raw('dist/\xff\n'), isMade: false, kind: 'link', target: raw('../\xe4') },
      { path: raw('dist/empty'), isMade: true, kind: 'folder', mode: 0o700 },
      { path: raw('dist/old'), isMade: false, kind: 'absent' },
    ],
    { output: blob, values: blob, notes: blob, verify: 'passed', exitCode: null },
  );
  assert.is(store.read('build', KEY), undefined);
  store.write('build', KEY, record, PARTS);
  assert.equal(new CacheStore(folder).read('build', KEY), record);
  assert.is(store.read('other', KEY), undefined);
  assert.is(store.read('build', sha256('other')), undefined);
  assert.is(store.read('build', '../../key'), undefined);
  store.write('build', KEY, recordWith([], { durationMs: 1 }), PARTS);
  assert.is(store.read('build', KEY)?.durationMs, 1);
  store.remove('build', KEY);
  assert.is(store.read('build', KEY), undefined);
  store.remove('build', KEY);
});

test('a record with long lists comes back, and so do its parts', () => {
  const { store } = scene();
  const many = Array.from({ length: 2_000 }, (_, index) => index);
  const record = recordWith(many.map((index) => fileAt(`dist/${index}`, String(index))));
  const parts = new Map(many.map((index) => [`file:${index}`, sha256(String(index))]));
  store.write('build', KEY, record, parts);
  assert.equal(store.read('build', KEY), record);
  assert.equal([...(store.partsOf('build', 1)[0]?.parts ?? [])], [...parts]);
});

test('what keys were made from is told of the records that were used last', () => {
  const { folder, store } = scene();
  const keys = ['1', '2', '3', '4'].map(sha256);
  for (const [index, key] of keys.entries()) {
    store.write('build', key, recordWith([], { storedAt: index }), new Map([['n', String(index)]]));
    utimesSync(join(folder, recordPath('build', key)), 100 + index, 100 + index);
  }
  const told = (most: number) => store.partsOf('build', most).map(({ parts }) => parts.get('n'));
  assert.equal(told(3), ['3', '2', '1']);
  store.used('build', keys[0] as string);
  assert.equal(told(2), ['0', '3']);
  assert.equal(store.partsOf('build', 1)[0]?.storedAt, 0);
  assert.equal(store.partsOf('other', 9), []);
  assert.is(store.partsOf('build', 9, 2).length, 2, 'one part each');
  assert.is(store.partsOf('build', 9, 99).length, 4);
});

for (const [what, damage] of DAMAGE)
  test(`a record that is ${what} is none`, () => {
    const { folder, store } = scene();
    for (const parts of [new Map(), PARTS]) {
      store.write('build', KEY, recordWith([fileAt('a', 'a')]), parts);
      const file = join(folder, recordPath('build', KEY));
      damage(file);
      // The middle of it lies in the record, or in its parts: these are not needed.
      if (what !== 'changed' || parts.size === 0) assert.is(store.read('build', KEY), undefined);
      assert.equal(store.partsOf('build', 1), []);
      if (what === 'a folder') return;
    }
  });

test('a record under the name of another is none', () => {
  const { folder, store } = scene();
  store.write('build', KEY, recordWith(), PARTS);
  const other = sha256('other');
  for (const [task, key] of [
    ['build', other],
    ['test', KEY],
  ] as const) {
    store.write(task, key, recordWith(), PARTS);
    writeFileSync(join(folder, recordPath(task, key)), readFileSync(join(folder, recordPath('build', KEY))));
    assert.is(store.read(task, key), undefined);
    assert.not.ok(existsSync(join(folder, recordPath(task, key))), 'and it is gone');
  }
});

/** As somebody writes it who knows how. */
function forge(folder: string, record: unknown): void {
  const [text, list] = [JSON.stringify({ task: 'build', key: KEY, record }), '[]'];
  const head = [text, list].map((part) => `${Buffer.byteLength(part)} ${sha256(part)}`).join(' ');
  const file = join(folder, recordPath('build', KEY));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `ptask-cache 2 ${head}\n${text}${list}`);
}

const [FILE, LINK] = [fileAt('a', 'a'), { path: raw('a'), isMade: true, kind: 'link', target: raw('b') }];
const BAD_RECORDS: Record<string, unknown> = {
  null: null,
  'a list': [],
  'no changes': { ...recordWith(), changes: undefined },
  'no task': { ...recordWith(), task: 1 },
  'a duration below zero': recordWith([], { durationMs: -1 }),
  'no duration': { ...recordWith(), durationMs: null },
  'half an exit code': recordWith([], { exitCode: 0.5 }),
  'no exit code': { ...recordWith(), exitCode: undefined },
  'another verify': { ...recordWith(), verify: 'failed' },
  'a log by another name': { ...recordWith(), output: { oid: '../x', size: 1 } },
  'a log below zero': recordWith([], { output: { oid: sha256(''), size: -1 } }),
  'a digest in capitals': recordWith([{ ...FILE, oid: sha256('').toUpperCase() } as RecordedPath]),
  'a size that is none': recordWith([{ ...FILE, size: 2 ** 60 } as RecordedPath]),
  'a link to nothing': recordWith([{ ...LINK, target: '' } as unknown as RecordedPath]),
  'a link with NUL': recordWith([{ ...LINK, target: 'a\0' } as unknown as RecordedPath]),
  'no kind': recordWith([{ ...FILE, kind: 'fifo' } as unknown as RecordedPath]),
  'nobody says who made it': recordWith([{ ...FILE, isMade: undefined } as unknown as RecordedPath]),
  twice: recordWith([FILE, { path: raw('a'), isMade: true, kind: 'absent' }]),
  'below a link in another spelling': recordWith([
    { path: raw('D\xc3\xa4'), isMade: true, kind: 'link', target: raw('/') },
    fileAt('da\xcc\x88/x', 'a'),
  ]),
  'no packs': { ...recordWith([FILE]), packs: undefined },
  'a pack too many': recordWith([], { packs: [sha256('a')] }),
  'a pack too few': recordWith([FILE], { packs: [] }),
  'a pack by another name': recordWith([FILE], { packs: ['../../x'] }),
  'below a file': recordWith([fileAt('a/b/c', 'c'), FILE]),
  'below a link': recordWith([LINK as RecordedPath, { path: raw('a/b'), isMade: true, kind: 'absent' }]),
  ...Object.fromEntries(
    [0o4755, 0o2755, 0o1777, -1, 0.5, 2 ** 32].map((mode) => [
      `mode ${mode}`,
      recordWith([fileAt('a', 'a', mode)]),
    ]),
  ),
  ...Object.fromEntries(
    [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../a',
      'a/..',
      'a/../b',
      './a',
      'a/.',
      '.git',
      '.git/config',
      'a/.GIT/x',
    ]
      .concat(['.ptask', 'a/.Ptask/runs', '.ptas\xe2\x84\xaa/x', 'a\0', '\u{100}'])
      .map((path) => [`path ${JSON.stringify(path)}`, recordWith([fileAt(path, 'a')])]),
  ),
};

for (const [what, record] of Object.entries(BAD_RECORDS))
  test(`not believed and not written: ${what}`, () => {
    const { folder, store } = scene();
    forge(folder, record);
    assert.is(store.read('build', KEY), undefined);
    assert.not.ok(existsSync(join(folder, recordPath('build', KEY))), 'and it is gone');
    if (record !== null) assert.throws(() => store.write('build', KEY, record as TaskRecord, PARTS));
  });

test('a record of another version is none, and goes', () => {
  const { folder, store } = scene();
  store.write('build', KEY, recordWith([FILE]), PARTS);
  const file = join(folder, recordPath('build', KEY));
  writeFileSync(file, readFileSync(file, 'latin1').replace(/^ptask-cache \d+/, 'ptask-cache 1'), 'latin1');
  assert.equal(store.partsOf('build', 9), []);
  assert.not.ok(existsSync(file));
  assert.is(store.read('build', KEY), undefined);
});

test('of a record nothing is taken but what one has', () => {
  const { folder, store } = scene();
  const file = { ...FILE, more: 1 } as unknown as RecordedPath;
  forge(folder, { ...recordWith([file]), more: 1, output: undefined });
  assert.equal(store.read('build', KEY), recordWith([FILE]));
  forge(folder, recordWith([fileAt('.gitignore', 'a'), fileAt('a/.github', 'a'), fileAt('...', 'a')]));
  assert.is(store.read('build', KEY)?.changes.length, 3);
});

test('links in a store: nothing is written, changed or removed beyond them', async () => {
  const outside = tempDir();
  const oid = sha256('text');
  for (const inside of [
    'blobs',
    'tasks',
    'drafts',
    dirname(blobPath(oid)),
    dirname(recordPath('build', KEY)),
  ]) {
    const { dir, folder, store } = scene();
    const file = inside.startsWith('blobs') ? blobPath(oid) : recordPath('build', KEY);
    store.putBytes(Buffer.from('text'));
    store.write('build', KEY, recordWith(), PARTS);
    const beyond = join(outside, inside.replaceAll('/', '-'));
    renameSync(join(folder, inside), beyond);
    symlinkSync(beyond, join(folder, inside));
    if (inside !== 'drafts') {
      truncateSync(join(folder, file), 2);
      utimesSync(join(folder, file), 1, 1);
    }
    const before = tree(beyond);
    await store.get(oid, join(dir, 'to'), 0o600).catch(() => {});
    store.bytesOf({ oid, size: 4 });
    store.read('build', KEY);
    store.used('build', KEY);
    store.remove('build', KEY);
    const isRefused = [
      () => store.putBytes(Buffer.from('text')),
      () => store.write('build', KEY, recordWith(), PARTS),
    ]
      .map((work) => {
        try {
          work();
          return '';
        } catch (error) {
          return (error as Error).message;
        }
      })
      .some((message) => /^a link stands on the way to .*: remove it$/.test(message));
    assert.ok(isRefused || inside === 'drafts', inside);
    assert.equal(tree(beyond), before, inside);
  }
});

test('a store that is a link is used as any other, and is made again where it is gone', () => {
  const { dir, folder, store } = scene();
  mkdirSync(join(dir, 'real'));
  symlinkSync('real', folder);
  const oid = store.putBytes(Buffer.from('text'));
  assert.ok(existsSync(join(dir, 'real', blobPath(oid))));
  rmSync(join(dir, 'real'), { recursive: true });
  rmSync(folder);
  assert.is(store.bytesOf({ oid, size: 4 }), undefined);
  assert.is(store.read('build', KEY), undefined);
  assert.equal(store.partsOf('build', 9), []);
  store.remove('build', KEY);
  store.putBytes(Buffer.from('text'));
  store.write('build', KEY, recordWith(), PARTS);
  assert.equal(store.read('build', KEY), recordWith());
});

test('hits are counted, all of them, and nothing else is', () => {
  const { folder, store } = scene();
  assert.equal(hitsOf(store.folder), { count: 0, since: undefined });
  store.write('build', KEY, recordWith(), PARTS);
  const file = join(folder, recordPath('build', KEY));
  utimesSync(file, 1, 1);
  for (const each of [store, new CacheStore(folder), store]) {
    each.used('build', KEY);
    each.close();
  }
  const { count, since = 0 } = hitsOf(store.folder);
  assert.is(count, 3);
  assert.ok(Math.abs(Date.now() - since) < 3_600_000);
  assert.ok(Date.now() - statSync(file).mtimeMs < 3_600_000, 'when it was used is written down');
  writeFileSync(join(folder, 'hits'), 'something else');
  assert.is(hitsOf(store.folder).count, 0);
});

test('what lies among one user’s own files is for nobody else', () => {
  const { folder } = scene();
  const store = new CacheStore(folder, 0o700);
  store.putBytes(Buffer.from('text'));
  store.write('build', KEY, recordWith(), PARTS);
  store.used('build', KEY);
  const modes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (path) => lstatSync(join(folder, path)).mode & 0o077,
  );
  assert.equal([...new Set([lstatSync(folder).mode & 0o077, ...modes])], [0]);
});

test('where nothing can be written that is thrown, and reading is a miss', async () => {
  const { dir, folder, store } = scene();
  writeFileSync(folder, 'a file');
  writeFileSync(join(dir, 'a'), 'a');
  assert.throws(() => store.putBytes(Buffer.from('text')));
  assert.instance(await thrownBy(store.put(join(dir, 'a'))), Error);
  assert.throws(() => store.write('build', KEY, recordWith(), PARTS));
  store.used('build', KEY);
  store.remove('build', KEY);
  assert.is(store.read('build', KEY), undefined);
  assert.equal(store.partsOf('build', 1), []);
  assert.is(readFileSync(folder, 'utf8'), 'a file');
});
