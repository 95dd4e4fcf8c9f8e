// The contents of a result come as they were stored, or not at all.

import { existsSync, lstatSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedPath } from '../../src/cache/record.ts';
import { ResultContents } from '../../src/cache/result-contents.ts';
import { changesTo } from '../../src/cache/task-result.ts';
import { DamagedBlob } from '../../src/store/blob-store.ts';
import { assert, suite } from '../support/suite.ts';
import { blobPath, fileAt, putContents, recordWith, type Scene, scene, sha256 } from './support.ts';

const test = suite('cache/result-contents');

const BIG = 'x'.repeat(70_000);
const FILES = [fileAt('a', 'one', 0o755), fileAt('b', ''), fileAt('big', BIG), fileAt('c', 'three', 0o400)];
const PACK = sha256('onethree');
const NOTHING = { entries: new Map(), folders: new Map(), leftOut: [] };

function stored(): Scene & { contents(): ResultContents; hasAll(changes: readonly RecordedPath[]): boolean } {
  const made = scene();
  putContents(made.store, FILES);
  const contents = (): ResultContents => new ResultContents(made.store, recordWith(FILES));
  const hasAll = (changes: readonly RecordedPath[]): boolean => {
    const found = contents();
    return found.hasAll(changesTo(changes, NOTHING, new Set(), found));
  };
  return { ...made, contents, hasAll };
}

test('from packs and from files of their own, with their modes', async () => {
  const { dir, folder, contents, hasAll } = stored();
  assert.ok(existsSync(join(folder, blobPath(PACK))), 'one file for the small ones');
  assert.not.ok(existsSync(join(folder, blobPath(sha256('one')))));
  assert.ok(hasAll(FILES));
  const from = contents();
  for (const [index, content] of ['one', '', BIG, 'three'].entries()) {
    const to = join(dir, String(index));
    const mode = [0o755, 0o644, 0o644, 0o400][index] as number;
    const made = await from.get(sha256(content), to, mode);
    assert.is(readFileSync(to, 'utf8'), content);
    assert.equal([made.ino, made.size, made.mtimeNs], sizesOf(to));
    assert.is(lstatSync(to).mode & 0o7777, mode);
  }
});

const sizesOf = (path: string): bigint[] => {
  const { ino, size, mtimeNs } = lstatSync(path, { bigint: true });
  return [ino, size, mtimeNs];
};

const DAMAGE: [what: string, damage: (file: string) => void][] = [
  ['gone', (file) => rmSync(file)],
  ['cut off', (file) => truncateSync(file, statSync(file).size - 1)],
  ['longer', (file) => writeFileSync(file, '!', { flag: 'a' })],
  ['changed', (file) => writeFileSync(file, 'ONEthree')],
];

for (const [what, damage] of DAMAGE)
  test(`of a pack that is ${what} nothing is taken, and it goes`, async () => {
    const { dir, folder, contents, hasAll } = stored();
    const file = join(folder, blobPath(PACK));
    const to = join(dir, 'to');
    damage(file);
    assert.is(hasAll(FILES), what === 'changed', 'what is in it shows when it is read');
    await contents()
      .get(sha256('one'), to, 0o600)
      .then(
        () => assert.unreachable(),
        (error: unknown) => assert.instance(error, DamagedBlob),
      );
    assert.not.ok(existsSync(to));
    assert.not.ok(existsSync(file));
    assert.not.ok(hasAll(FILES));
    assert.ok(hasAll(FILES.slice(2, 3)), 'what lies elsewhere is there');
  });

test('a pack that is whole, and another than the record says', async () => {
  const { dir, store } = stored();
  const packs = [store.putBytes(Buffer.from('twothree'))];
  const contents = new ResultContents(store, recordWith(FILES, { packs }));
  const error = await contents.get(sha256('one'), join(dir, 'to'), 0o600).catch((thrown: unknown) => thrown);
  assert.instance(error, DamagedBlob);
  assert.not.ok(existsSync(join(dir, 'to')));
});
