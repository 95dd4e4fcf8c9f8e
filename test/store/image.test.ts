// What gets into an image and what does not, what is read again, and the store behind it.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFile } from '../../src/base/cache-file.ts';
import { changesBetween, kindOf } from '../../src/base/path-change.ts';
import { locate } from '../../src/base/raw-path.ts';
import { capture, type Image, isAlike } from '../../src/store/image.ts';
import { changesTo } from '../../src/store/restore.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { walk } from '../../src/store/walk.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { asOrdinaryUser, type Bench, bench, raw } from './support.ts';

const test = suite('store/image');

const imageOf = ({ root, list, store, cache }: Bench): Promise<Image> => capture(root, list, store, cache);

/** An object store that tells what it was given to read. */
function watched(here: Bench): { reads: string[]; capture: (cache: StatCache) => Promise<Image> } {
  const reads: string[] = [];
  const { store } = here;
  const keeper = {
    put: (path: string | Buffer) => {
      reads.push(String(path).slice(here.root.length + 1));
      return store.put(path);
    },
    has: (oid: string, size: number) => store.has(oid, size),
  };
  return { reads, capture: (cache) => capture(here.root, here.list, keeper, cache) };
}

test('walks from prefixes, past no link, into nothing of git or ptask', async () => {
  const root = tempDir();
  write(root, {
    'a/b/c': '',
    'a/.git/x': '',
    'a/s/.GIT': '',
    'a/.Ptask/x': '',
    'a/empty/': '',
    'z/y': '',
    single: '',
  });
  symlinkSync('../z', join(root, 'a/link'));
  writeFileSync(locate(root, raw('a/\xff\n')), '');
  const all = () => true;
  const some = await walk(root, {
    prefixes: ['a/b', 'a', 'single', 'none/at/all', 'single/x', '.git/x'],
    matches: all,
  });
  assert.equal(some, {
    files: ['a/b/c', 'a/link', 'a/\xff\n', 'single'],
    folders: ['a', 'a/b', 'a/empty', 'a/s'],
    closed: [],
  });
  const deep = await walk(root, { prefixes: ['a/b/c', 'a/link/y'], matches: all });
  assert.equal(deep, { files: ['a/b/c', 'a/link'], folders: ['a', 'a/b'], closed: [] });
  const shown: string[] = [];
  await walk(root, { prefixes: [''], matches: (path) => shown.push(path) > 0 });
  assert.ok(shown.includes('a/\ufffd\n'));
  assert.is((await walk(root, { prefixes: [''], matches: all, most: 2 })).files.length, 3);
});

test('over the limit nothing is kept', async () => {
  const here = bench();
  write(here.root, { a: 'x'.repeat(600), b: 'x'.repeat(600), c: '' });
  const { root, list, store, cache } = here;
  const within = await capture(root, list, store, cache, { files: 3, bytes: 1_200 });
  assert.ok('entries' in within);
  rmSync(join(root, '.ptask'), { recursive: true });
  assert.equal(await capture(root, list, store, cache, { files: 2, bytes: 9_999 }), {
    tooLarge: { files: 3, bytes: 1_200 },
  });
  assert.equal(await capture(root, list, store, cache, { files: 9, bytes: 1_000 }), {
    tooLarge: { files: 2, bytes: 1_200 },
  });
  assert.equal(readdirSync(root).sort(), ['a', 'b', 'c']);
});

test('a file is read again unless it is old enough and untouched, also after a damaged cache', {
  timeout: 30_000,
}, async () => {
  const here = bench();
  write(here.root, { a: 'one', b: 'two' });
  const seen = watched(here);
  await seen.capture(here.cache);
  await seen.capture(here.cache);
  assert.equal(seen.reads.splice(0), ['a', 'b', 'a', 'b'], 'too young to be trusted');
  await sleep(2_100);
  await seen.capture(here.cache);
  seen.reads.splice(0);
  // As long as before, and with the old time put back: the ctime betrays it.
  const { atime, mtime } = lstatSync(join(here.root, 'a'));
  writeFileSync(join(here.root, 'a'), 'ONE');
  utimesSync(join(here.root, 'a'), atime, mtime);
  await seen.capture(here.cache);
  assert.equal(seen.reads.splice(0), ['a']);
  here.cache.save();
  await seen.capture(new StatCache(here.root));
  assert.equal(seen.reads.splice(0), ['a'], 'b is remembered from the last process');
  here.store.sweep(new Set());
  await seen.capture(new StatCache(here.root));
  assert.equal(seen.reads.splice(0), ['a', 'b'], 'what is not in the store any more is put there again');
  const file = cacheFile(here.root, 'objects') as string;
  writeFileSync(file, readFileSync(file, 'latin1').replace(/.$/m, '!'));
  await seen.capture(new StatCache(here.root));
  assert.equal(seen.reads.splice(0), ['a', 'b'], 'a damaged cache is none');
});

test(
  'FIFOs and what may not be read are left out, named, and left alone by a restore',
  asOrdinaryUser(async () => {
    const here = bench();
    write(here.root, { a: 'a', secret: { content: 'user', mode: 0 }, 'closed/x': 'user' });
    execFileSync('mkfifo', [join(here.root, 'pipe')]);
    chmodSync(join(here.root, 'closed'), 0);
    const image = await imageOf(here);
    assert.equal(image.leftOut.sort(), ['closed', 'pipe', 'secret']);
    assert.equal([...image.entries.keys()], ['a']);
    chmodSync(join(here.root, 'secret'), 0o600);
    chmodSync(join(here.root, 'closed'), 0o700);
    write(here.root, { a: 'b', new: { content: 'not readable', mode: 0 } });
    const changes = await changesTo(here.root, image, here.list, here.cache);
    assert.equal(
      changes.map(({ path }) => path),
      ['a', 'new'],
    );
    assert.ok((await here.transactions.replace(changes, 'restore')).ok);
    assert.equal(Object.keys(rawTree(here.root)), ['a', 'closed/', 'closed/x', 'pipe', 'secret']);
  }),
);

test('images differ in what was created, modified and deleted; a mode counts', async () => {
  const here = bench();
  write(here.root, { a: 'a', b: 'b', c: 'c', same: 's', l: { symlink: 'a' } });
  const before = await imageOf(here);
  write(here.root, { a: 'A', n: '', same: 's', l: { symlink: 'b' } });
  chmodSync(join(here.root, 'b'), 0o755);
  rmSync(join(here.root, 'c'));
  const changes = changesBetween(before.entries, (await imageOf(here)).entries, isAlike);
  const told = changes.map((change) => ({ path: change.path, change: kindOf(change) }));
  assert.equal(told, [
    { path: 'a', change: 'modified' },
    { path: 'b', change: 'modified' },
    { path: 'c', change: 'deleted' },
    { path: 'l', change: 'modified' },
    { path: 'n', change: 'created' },
  ]);
});

test('large files are kept and restored in pieces, sparse ones too', { timeout: 60_000 }, async () => {
  const here = bench();
  const large = Buffer.alloc(9_000_001, 'x');
  write(here.root, { large, small: 's' });
  execFileSync('truncate', ['-s', '30M', join(here.root, 'sparse')]);
  const image = await imageOf(here);
  write(here.root, { large: 'cut', sparse: 'cut' });
  const changes = await changesTo(here.root, image, here.list, here.cache);
  assert.ok((await here.transactions.replace(changes, 'restore')).ok);
  assert.ok(readFileSync(join(here.root, 'large')).equals(large));
  assert.ok(readFileSync(join(here.root, 'sparse')).equals(Buffer.alloc(30 * 1_024 * 1_024)));
  assert.is(
    readdirSync(join(here.root, '.ptask/store')).filter((name) => name.length > 2).length,
    0,
    'no drafts',
  );
});

test('a sweep keeps what is kept and takes the rest, drafts of the killed too', async () => {
  const { root, store } = bench();
  const [one, other] = [store.putBytes(Buffer.from('1')), store.putBytes(Buffer.from('2'))];
  writeFileSync(join(root, '.ptask/store/draft-1-1'), '');
  assert.is(store.sweep(new Set([one])), 1);
  assert.ok(store.has(one, 1) && !store.has(other, 1));
  assert.equal(
    readdirSync(join(root, '.ptask/store')).filter((name) => name.length > 2),
    [],
  );
  assert.is(store.putBytes(Buffer.from('2')), other);
});

test('others get their turn while much is captured', { timeout: 60_000 }, async () => {
  const here = bench();
  for (let folder = 0; folder < 30; folder++) {
    mkdirSync(join(here.root, String(folder)));
    for (let file = 0; file < 100; file++)
      writeFileSync(join(here.root, `${folder}/${file}`), `${folder} ${file}`);
  }
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await imageOf(here);
  clearInterval(timer);
  assert.ok(turns > 3, String(turns));
});
