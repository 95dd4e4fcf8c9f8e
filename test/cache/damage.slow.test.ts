// A store to which anything may have happened: files cut off, changed, swapped, gone, with folders, links and pipes in their places.
// What is read is what was stored, or missing; and after a sweep all can be stored again where nothing of others is in the way.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { blobsOf } from '../../src/cache/packs.ts';
import { ResultContents } from '../../src/cache/result-contents.ts';
import { clear, sweep } from '../../src/cache/sweep.ts';
import { DamagedBlob } from '../../src/store/blob-store.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree } from '../support/tmp.ts';
import { contentsOf, keyOf, partsOf, putContents, recordOf, sha256, taskOf } from './support.ts';

const test = suite('cache/damage');
const RUNS = Math.max(200, Number(process.env.PTASK_TEST_RUNS ?? 0));
const NUMBERS = [0, 1, 2, 3, 7];

const outside = tempDir();
writeFileSync(join(outside, 'theirs'), 'theirs');
mkdirSync(join(outside, 'folder'));

function filled(): string {
  const folder = join(tempDir(), 'cache');
  save(folder, () => assert.unreachable());
  new CacheStore(folder).used(taskOf(0), keyOf(0));
  return folder;
}

/** @param failed hears of what could not be stored */
function save(folder: string, failed: (error: unknown) => void): void {
  const store = new CacheStore(folder);
  for (const number of NUMBERS)
    try {
      putContents(store, recordOf(number).changes);
      store.write(taskOf(number), keyOf(number), recordOf(number), partsOf(number));
    } catch (error) {
      failed(error);
    }
}

/** What happens to something in the store; `at` and `other` say what, `where` at which of its bytes. */
interface Damage {
  kind: (typeof KINDS)[number];
  at: number;
  other: number;
  where: number;
}

const KINDS = [
  'cut',
  'flip',
  'append',
  'empty',
  'remove',
  'swap',
  'copy',
  'folder',
  'link',
  'up',
  'pipe',
  'file',
] as const;

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const damages = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), at: fraction, other: fraction, where: fraction }),
  { minLength: 1, maxLength: 8 },
);

/** Node's own list would go through links. */
const below = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return [path, ...(entry.isDirectory() ? below(path) : [])];
  });

function harm(folder: string, { kind, at, other, where }: Damage): void {
  const paths = below(folder).sort();
  if (paths.length === 0) return;
  const one = (index: number): string => paths[Math.floor(index * paths.length)] as string;
  const [path, second] = [one(at), one(other)];
  const isFile = lstatSync(path).isFile();
  const replace = (make: () => void): void => {
    rmSync(path, { recursive: true });
    make();
  };
  const edit = (change: (bytes: Buffer) => Buffer): void => {
    if (isFile) writeFileSync(path, change(readFileSync(path)));
  };
  const doings: Record<Damage['kind'], () => void> = {
    cut: () => isFile && truncateSync(path, Math.floor(where * lstatSync(path).size)),
    flip: () =>
      edit((bytes) => {
        const index = Math.floor(where * bytes.length);
        if (bytes.length > 0) bytes[index] = (bytes[index] ?? 0) ^ (1 << Math.floor(other * 8));
        return bytes;
      }),
    append: () => edit((bytes) => Buffer.concat([bytes, bytes.subarray(0, 1 + Math.floor(where * 9))])),
    empty: () => edit(() => Buffer.alloc(0)),
    remove: () => rmSync(path, { recursive: true }),
    swap: () => {
      if (path.startsWith(second) || second.startsWith(path)) return;
      const third = join(outside, 'swapped');
      renameSync(path, third);
      renameSync(second, path);
      renameSync(third, second);
    },
    copy: () => {
      if (isFile && lstatSync(second).isFile() && path !== second) writeFileSync(path, readFileSync(second));
    },
    folder: () => replace(() => mkdirSync(path)),
    link: () => replace(() => symlinkSync(join(outside, where < 0.5 ? 'theirs' : 'folder'), path)),
    up: () => replace(() => symlinkSync(where < 0.5 ? '.' : '..', path)),
    pipe: () => replace(() => void execFileSync('mkfifo', [path])),
    file: () => replace(() => writeFileSync(path, 'theirs')),
  };
  doings[kind]();
}

async function check(folder: string): Promise<number> {
  const store = new CacheStore(folder);
  let found = 0;
  const to = join(dirname(folder), 'to');
  for (const number of NUMBERS) {
    const record = store.read(taskOf(number), keyOf(number));
    if (record !== undefined) assert.equal(record, recordOf(number));
    for (const { key, parts } of store.partsOf(taskOf(number), 9)) {
      const whose = NUMBERS.find((each) => keyOf(each) === key);
      assert.equal(parts, partsOf(whose ?? -1));
    }
    found += record === undefined ? 0 : 1;
    const contents = new ResultContents(store, recordOf(number));
    for (const content of contentsOf(number)) {
      try {
        await contents.get(sha256(content), to, 0o600);
        assert.is(readFileSync(to, 'utf8'), content);
        found += 1;
      } catch (error) {
        assert.instance(error, DamagedBlob);
        assert.not.ok(existsSync(to));
      }
      rmSync(to, { force: true });
    }
    for (const blob of blobsOf(recordOf(number))) {
      const bytes = store.bytesOf(blob);
      assert.ok(bytes === undefined || sha256(bytes) === blob.oid);
    }
  }
  return found;
}

test('nothing is read that was not stored, whatever has happened', { timeout: 240_000 }, async () => {
  const whole = filled();
  const all = await check(whole);
  assert.is(all, NUMBERS.length * 4);
  const before = tree(outside);
  await fc.assert(
    fc.asyncProperty(damages, async (some) => {
      const folder = join(tempDir(), 'cache');
      cpSync(whole, folder, { recursive: true });
      for (const damage of some) harm(folder, damage);
      await check(folder);
      sweep(new CacheStore(folder).folder, { maxSize: 1_000_000, maxAgeMs: 3_600_000 });
      await check(folder);
      let failures = 0;
      save(folder, () => {
        failures += 1;
      });
      const found = await check(folder);
      if (failures === 0) assert.is(found, all);
      clear(new CacheStore(folder).folder);
      assert.is(await check(folder), 0);
      assert.equal(tree(outside), before);
      rmSync(dirname(folder), { recursive: true });
    }),
    { numRuns: RUNS },
  );
});
