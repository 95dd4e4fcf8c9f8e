// What every store of contents keeps to, and that before-images and transactions ask for no more.

import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../src/base/error-code.ts';
import { type BlobStore, DamagedBlob } from '../../src/store/blob-store.ts';
import { LARGE } from '../../src/store/content.ts';
import { capture } from '../../src/store/image.ts';
import { ObjectStore } from '../../src/store/objects.ts';
import { changesTo } from '../../src/store/restore.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { Transactions } from '../../src/store/transaction.ts';
import { walk } from '../../src/store/walk.ts';
import { MemoryBlobs } from '../support/memory-blobs.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('store/blob-store');

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

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

const STORES: [name: string, make: (folder: string) => BlobStore][] = [
  ['on the disk', (folder) => new ObjectStore(join(folder, '.ptask/store'))],
  ['in memory', () => new MemoryBlobs()],
];

for (const [kind, make] of STORES) {
  for (const [name, bytes] of CONTENTS)
    test(`${kind}: ${name} comes back as it was put, with the mode that is asked for`, async () => {
      const dir = tempDir();
      const store = make(dir);
      const [from, to] = [join(dir, 'from'), join(dir, 'to')];
      writeFileSync(from, bytes);
      chmodSync(from, 0o440);
      const oid = await store.put(from);
      assert.is(oid, sha256(bytes));
      assert.ok(store.has(oid, bytes.length));
      assert.not.ok(store.has(oid, bytes.length + 1));
      assert.is(store.sizeOf(oid), bytes.length);
      await store.settle();
      rmSync(from);
      await store.get(oid, to, 0o755);
      assert.ok(readFileSync(to).equals(bytes));
      assert.is(lstatSync(to).mode & 0o7777, 0o755);
      assert.ok(store.has(oid, bytes.length), 'it is still there');
    });

  test(`${kind}: one content has one name, and a file is what it is when it is put`, async () => {
    const dir = tempDir();
    const store = make(dir);
    write(dir, { a: 'one', b: 'one' });
    const oid = await store.put(join(dir, 'a'));
    assert.is(await store.put(join(dir, 'b')), oid);
    writeFileSync(join(dir, 'a'), 'two');
    const other = await store.put(join(dir, 'a'));
    assert.is.not(other, oid);
    await store.get(oid, join(dir, 'c'), 0o600);
    assert.is(readFileSync(join(dir, 'c'), 'utf8'), 'one');
  });

  test(`${kind}: what was never put is missing`, async () => {
    const dir = tempDir();
    const store = make(dir);
    const oid = sha256(Buffer.from('never'));
    assert.not.ok(store.has(oid, 5));
    assert.is(store.sizeOf(oid), 0);
    const error = await thrownBy(store.get(oid, join(dir, 'x'), 0o600));
    assert.instance(error, DamagedBlob);
    assert.is((error as DamagedBlob).oid, oid);
    assert.match((error as Error).message, /is missing$/);
  });

  test(`${kind}: links are not followed, and nothing is written over`, async () => {
    const dir = tempDir();
    const store = make(dir);
    write(dir, { a: 'a', taken: 'taken' });
    symlinkSync('a', join(dir, 'link'));
    assert.is(codeOf(await thrownBy(store.put(join(dir, 'link')))), 'ELOOP');
    assert.is(codeOf(await thrownBy(store.put(join(dir, 'none')))), 'ENOENT');
    const oid = await store.put(join(dir, 'a'));
    assert.is(codeOf(await thrownBy(store.get(oid, join(dir, 'taken'), 0o600))), 'EEXIST');
    assert.is(readFileSync(join(dir, 'taken'), 'utf8'), 'taken');
  });

  test(`${kind}: a tree is restored from it`, async () => {
    const root = tempDir();
    const store = make(root);
    const cache = new StatCache(root);
    const list = () => walk(root, { prefixes: [''], matches: () => true });
    write(root, { a: 'a', 'b/c': 'c', 'b/d': { content: 'd', mode: 0o755 } });
    const image = await capture(root, list, store, cache);
    await store.settle();
    write(root, { a: 'other', e: 'new' });
    rmSync(join(root, 'b'), { recursive: true });
    const transactions = new Transactions(join(root, '.ptask/tx'), root, store);
    assert.ok((await transactions.replace(await changesTo(root, image, list, cache), 'restore')).ok);
    assert.equal((await list()).files, ['a', 'b/c', 'b/d']);
    assert.is(readFileSync(join(root, 'a'), 'utf8'), 'a');
    assert.is(readFileSync(join(root, 'b/c'), 'utf8'), 'c');
    assert.is(lstatSync(join(root, 'b/d')).mode & 0o777, 0o755);
  });
}

for (const [name, bytes] of CONTENTS.filter(([, { length }]) => length > 0))
  test(`on the disk: ${name} that is not what it was is told`, async () => {
    const dir = tempDir();
    const store = new ObjectStore(join(dir, 'store'));
    writeFileSync(join(dir, 'from'), bytes);
    const oid = await store.put(join(dir, 'from'));
    const object = join(dir, 'store', oid.slice(0, 2), oid.slice(2));
    writeFileSync(object, Buffer.from(bytes).fill('!', 0, 1));
    const error = await thrownBy(store.get(oid, join(dir, 'to'), 0o600));
    assert.instance(error, DamagedBlob);
    assert.match((error as Error).message, /is damaged$/);
  });

test('on the disk: what was not settled is nothing to the next process', async () => {
  const dir = tempDir();
  write(dir, { a: 'a', b: 'b' });
  const store = new ObjectStore(join(dir, 'store'));
  const settled = await store.put(join(dir, 'a'));
  await store.settle();
  const fresh = await store.put(join(dir, 'b'));
  assert.ok(store.has(fresh, 1));
  const next = new ObjectStore(join(dir, 'store'));
  assert.ok(next.has(settled, 1));
  assert.not.ok(next.has(fresh, 1));
  assert.is(await next.put(join(dir, 'b')), fresh);
  assert.ok(next.has(fresh, 1), 'and is put there again');
});
