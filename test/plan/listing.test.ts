// Folders remembered from one listing to the next, and names that are no UTF-8.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFile } from '../../src/base/cache-file.ts';
import { listFiles, listTree } from '../../src/plan/listing.ts';
import { DirectoryCache } from '../../src/plan/listing-cache.ts';
import { folderReader } from '../../src/plan/listing-folder.ts';
import { wantsOf } from '../../src/plan/touches.ts';
import { atOnce } from '../support/at-once.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('plan/listing');
/** For a folder to be old. */
const waiting = atOnce(test);
const everything = wantsOf(['**']);
/** Enough that the listing is remembered. */
const MANY = 600;
const folders = Array.from({ length: MANY }, (_, index) => `f${index}`);
const cacheOf = (root: string): string => cacheFile(root, 'folders') as string;

function remembered(root: string): string[] {
  const memory = new DirectoryCache(root);
  const files = listTree(root, everything, memory.reader()).paths();
  memory.save();
  return files;
}

function big(): string {
  const root = tempDir();
  write(root, Object.fromEntries(folders.map((folder) => [`${folder}/a`, ''])));
  return root;
}

/** The system sets a folder's change time itself, so waiting is the only way to make a folder old. */
async function settled(): Promise<string> {
  const root = big();
  await new Promise((done) => setTimeout(done, 2_300));
  remembered(root);
  return root;
}

/** The folders that a listing asks the disk about. */
function asked(root: string): string[] {
  const seen: string[] = [];
  const memory = new DirectoryCache(root, () => {
    const ask = folderReader(root);
    return (folder) => {
      seen.push(folder);
      return ask(folder);
    };
  });
  const read = memory.reader();
  for (const folder of ['', ...folders]) read(folder);
  return seen;
}

test('a small repository is remembered as well', () => {
  const root = tempDir();
  write(root, { 'a/b': '' });
  assert.equal(remembered(root), ['a/b']);
  assert.ok(existsSync(cacheOf(root)));
});

test('racy: a folder that has just changed is not remembered', () => {
  const root = big();
  // To make them may have taken long.
  for (const folder of folders) writeFileSync(join(root, folder, 'b'), '');
  remembered(root);
  assert.ok(existsSync(cacheOf(root)));
  assert.is(asked(root).length, MANY + 1);
});

test('racy: old times put on a folder that has just changed do not make it old', () => {
  const root = big();
  for (const folder of folders) utimesSync(join(root, folder), 1_000, 1_000);
  remembered(root);
  assert.is(asked(root).length, MANY + 1);
});

waiting(
  'what is remembered is not read again, and every kind of change is seen',
  {
    timeout: 60_000,
  },
  async () => {
    const root = await settled();
    assert.equal(asked(root), []);
    writeFileSync(join(root, 'f1/new'), '');
    rmSync(join(root, 'f2/a'));
    renameSync(join(root, 'f3/a'), join(root, 'f3/b'));
    rmSync(join(root, 'f4'), { recursive: true });
    symlinkSync('f5', join(root, 'f4'));
    mkdirSync(join(root, 'f6/sub'));
    writeFileSync(join(root, 'f6/sub/x'), '');
    renameSync(join(root, 'f7'), join(root, 'g7'));
    // Another folder in the place of one, with the times of the old one.
    renameSync(join(root, 'f8'), join(root, 'f8-old'));
    mkdirSync(join(root, 'f8'));
    utimesSync(join(root, 'f8'), 1_000, 1_000);
    const files = listFiles(root, everything);
    assert.equal(remembered(root), files);
    for (const path of ['f1/new', 'f3/b', 'f4', 'f6/sub/x', 'g7/a', 'f8-old/a'])
      assert.ok(files.includes(path), path);
    for (const path of ['f2/a', 'f3/a', 'f7/a', 'f8/a']) assert.not(files.includes(path), path);
  },
);

waiting(
  'a cache that is damaged, of another version or of another repository is as good as none',
  {
    timeout: 60_000,
  },
  async () => {
    const root = await settled();
    const files = listFiles(root, everything);
    const cache = cacheOf(root);
    const good = readFileSync(cache);
    const spoilt: Buffer[] = [
      Buffer.alloc(0),
      Buffer.from('hello'),
      good.subarray(0, 20),
      good.subarray(0, good.length - 7),
      Buffer.from(good.toString('latin1').replace(/^ptask folders ./, 'ptask folders x'), 'latin1'),
      Buffer.from(good.toString('latin1').replace('f9\0', 'g9\0'), 'latin1'),
      Buffer.concat([good.subarray(0, 16), Buffer.from([255, 255, 255, 255]), good.subarray(20)]),
    ];
    for (const [index, bytes] of spoilt.entries()) {
      writeFileSync(cache, bytes);
      assert.is(asked(root).length, MANY + 1, `spoilt ${index}`);
      assert.equal(remembered(root), files);
    }
    rmSync(dirname(cache), { recursive: true });
    assert.equal(remembered(root), files);
    const copy = join(tempDir(), 'copy');
    cpSync(root, copy, { recursive: true, preserveTimestamps: true });
    mkdirSync(dirname(cacheOf(copy)), { recursive: true });
    copyFileSync(cache, cacheOf(copy));
    assert.is(asked(copy).length, MANY + 1);
    assert.equal(remembered(copy), files);
  },
);

test('where the cache cannot be written the listing is right all the same', () => {
  const root = big();
  mkdirSync(dirname(dirname(cacheOf(root))), { recursive: true });
  writeFileSync(dirname(cacheOf(root)), 'a file');
  assert.is(remembered(root).length, MANY);
});

waiting(
  'a folder that could not be read is not taken for an empty one later',
  { timeout: 60_000 },
  async () => {
    if (process.getuid?.() === 0) return;
    const root = await settled();
    chmodSync(join(root, 'f1'), 0);
    assert.is(remembered(root).length, MANY - 1);
    chmodSync(join(root, 'f1'), 0o755);
    assert.is(remembered(root).length, MANY);
  },
);

test('names that are no UTF-8 are counted, and so is what lies below them', () => {
  if (process.platform !== 'linux') return;
  const root = tempDir();
  for (const bytes of [[0xff], [0xfe]]) {
    const folder = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes)]);
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from('/x'), Buffer.from(bytes)]), '');
    mkdirSync(Buffer.concat([folder, Buffer.from('/in')]));
    writeFileSync(Buffer.concat([folder, Buffer.from('/in/y')]), '');
  }
  assert.equal(listFiles(root, everything), [
    '\ufffd/in/y',
    '\ufffd/x\ufffd',
    '\ufffd/in/y',
    '\ufffd/x\ufffd',
  ]);
});
