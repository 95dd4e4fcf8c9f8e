// What lies where in the packs of a result.

import { blobsOf, fillPacks, isPacked, layOut } from '../../src/cache/packs.ts';
import type { RecordedPath } from '../../src/cache/record.ts';
import { LARGE } from '../../src/store/content.ts';
import { assert, suite } from '../support/suite.ts';
import { fileAt, raw, recordWith, sha256 } from './support.ts';

const test = suite('cache/packs');

const LINK: RecordedPath = { path: raw('link'), isMade: true, kind: 'link', target: raw('a') };
const BIG = 'x'.repeat(70_000);

test('small contents lie one after the other, each once, in the order in which they are named', () => {
  const changes = [
    fileAt('b', 'bb'),
    LINK,
    fileAt('big', BIG),
    fileAt('a', 'a'),
    fileAt('c', 'bb'),
    fileAt('d', ''),
  ];
  const { slices, sizes } = layOut(changes);
  assert.equal(
    [...slices.values()].map(({ oid, ...where }) => [oid, where]),
    [
      [sha256('bb'), { size: 2, pack: 0, offset: 0 }],
      [sha256('a'), { size: 1, pack: 0, offset: 2 }],
      [sha256(''), { size: 0, pack: 0, offset: 3 }],
    ],
  );
  assert.equal(sizes, [3]);
  const contents = new Map(['bb', 'a', ''].map((text) => [sha256(text), Buffer.from(text)]));
  const packs = [...fillPacks({ slices, sizes }, ({ oid }) => contents.get(oid) as Buffer)];
  assert.equal(packs.map(String), ['bba']);
});

test('without small contents there is no pack', () => {
  for (const changes of [[], [LINK], [fileAt('big', BIG)]]) {
    const layout = layOut(changes);
    assert.equal(layout.sizes, []);
    assert.equal([...fillPacks(layout, () => assert.unreachable() as never)], []);
  }
});

test('a pack is no larger than what is held in memory', () => {
  const each = 60_000;
  const changes = Array.from({ length: 200 }, (_, index) => fileAt(`f${index}`, String(index).padEnd(each)));
  const { slices, sizes } = layOut(changes);
  const inOne = Math.floor(LARGE / each);
  assert.equal(sizes, [inOne * each, inOne * each, (200 - 2 * inOne) * each]);
  assert.equal(slices.get(sha256(String(inOne).padEnd(each)))?.pack, 1);
  assert.equal(slices.get(sha256(String(inOne).padEnd(each)))?.offset, 0);
  assert.ok(isPacked(each));
});

test('what a record is worth nothing without: its packs, its large contents, what was said', () => {
  const output = { oid: sha256('log'), size: 3 };
  const record = recordWith([fileAt('a', 'a'), fileAt('b', 'b'), fileAt('big', BIG)], { output });
  assert.equal(
    blobsOf(record).map(({ oid, size }) => [oid, size]),
    [
      [sha256('ab'), 2],
      [sha256(BIG), BIG.length],
      [sha256('log'), 3],
    ],
  );
});
