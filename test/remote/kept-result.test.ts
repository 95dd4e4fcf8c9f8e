// What a server may hold in the place of a result: what contradicts itself is none, and numbers are brought to where they can be used.

import type { TaskRecord } from '../../src/cache/record.ts';
import {
  actionResultOf,
  decodeRecord,
  encodeRecord,
  RECORD,
  recordIn,
} from '../../src/remote/kept-result.ts';
import { oidOf } from '../../src/store/content.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/kept-result');

const KEY = 'a'.repeat(64);
const NOW = 1_000_000;
const [ONE, PACK] = ['1'.repeat(64), '2'.repeat(64)];

const SOUND: TaskRecord = {
  ...{ task: 'build', durationMs: 5, storedAt: 7, exitCode: 0, packs: [PACK] },
  changes: [{ path: 'out/a' as never, isMade: true, kind: 'file', oid: ONE, size: 3, mode: 0o644 }],
};

const read = (change: Partial<TaskRecord>): TaskRecord | undefined =>
  decodeRecord(encodeRecord(KEY, { ...SOUND, ...change }), KEY, NOW);

test('one content with two sizes is damage', () => {
  assert.equal(read({}), SOUND);
  const [file] = SOUND.changes;
  const other = { ...file, path: 'out/b' as never, size: 4 } as TaskRecord['changes'][number];
  assert.is(read({ changes: [...SOUND.changes, other] }), undefined);
  assert.is(read({ output: { oid: ONE, size: 4 } }), undefined);
  assert.equal(read({ output: { oid: ONE, size: 3 } })?.output, { oid: ONE, size: 3 });
});

test('only what has passed is a result, and no number is beyond all measure', () => {
  assert.is(read({ exitCode: 7 }), undefined);
  assert.is(read({ exitCode: null })?.exitCode, null);
  assert.is(read({ durationMs: 1e300 })?.durationMs, 30 * 24 * 3_600_000);
  assert.is(read({ storedAt: 1e300 })?.storedAt, NOW);
});

test('a record that the server sends along is taken where it is what it is named', () => {
  const bytes = encodeRecord(KEY, SOUND);
  const digest = { hash: oidOf(bytes), size: bytes.length };
  const result = actionResultOf('.', SOUND, digest);
  assert.is(recordIn(result, digest), undefined);
  const file = result.outputFiles.find(({ path }) => path === RECORD) as { contents: Buffer };
  file.contents = bytes;
  assert.equal(recordIn(result, digest), bytes);
  file.contents = Buffer.from(bytes.toString().replace('build', 'other'));
  assert.is(recordIn(result, digest), undefined);
});
