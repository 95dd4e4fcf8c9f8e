// A store that somebody else has filled: nothing outside of a task's writes comes of it, and no secret of ours goes into it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAsFound } from '../cache/support.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { type Cached, cachedGround, isHit, lookedUp, treeOf } from './cached-support.ts';

const test = suite('run/cached-hostile');

const build = { reads: ['src/**'], writes: ['out/**'], run: 'mkdir -p out && cat src/a > out/a' };
const config = { tasks: { build } };

const filesBelow = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

const storeOf = (at: Cached): string => join(at.dir, '.git/ptask/cache');

/** Has the one record of the store say something else. */
function forge(at: Cached, change: (record: { changes: object[] }) => void): void {
  const [file = ''] = filesBelow(join(storeOf(at), 'tasks'));
  const bytes = readFileSync(file);
  const [head = ''] = bytes.toString('latin1').split('\n', 1);
  const size = Number(head.split(' ')[2]);
  const start = head.length + 1;
  const kept = JSON.parse(bytes.toString('utf8', start, start + size));
  change(kept.record);
  writeFileSync(file, encodeAsFound(kept, bytes.subarray(start + size)));
}

const oid = createHash('sha256').update('a\n').digest('hex');
const file = (path: string) => ({ path, isMade: true, kind: 'file', oid, size: 2, mode: 0o644 });

for (const path of [
  'src/b',
  '../beside',
  '/tmp/ptask-hostile',
  '.git/hooks/pre-commit',
  'out/.git/config',
  'out/../src/b',
  '.ptask/x',
])
  test(`a record that writes ${path} is a miss`, async () => {
    const at = await cachedGround({ 'src/a': 'a\n', 'src/c': 'c\n' });
    await at.run(config);
    const before = at.tree();
    forge(at, ({ changes }) => changes.push(file(path)));
    rmSync(join(at.dir, 'out'), { recursive: true });
    const run = await at.run(config);
    assert.is(isHit(run, 'build'), false);
    assert.is(run.task('build').status, 'passed');
    assert.equal(at.tree(), before);
    assert.equal(readdirSync(join(at.dir, '..')), ['repo']);
    assert.ok(isHit(await at.run(config), 'build'), 'it is kept anew');
  });

test('a record that deletes what is not to be written is a miss', async () => {
  const at = await cachedGround({ 'src/a': 'a\n', 'src/c': 'c\n' });
  await at.run(config);
  const before = at.tree();
  forge(at, ({ changes }) => changes.push({ path: 'src/c', isMade: false, kind: 'absent' }));
  assert.is(isHit(await at.run(config), 'build'), false);
  assert.equal(at.tree(), before);
});

test('a record that makes a link and writes through it is a miss', async () => {
  const outside = tempDir();
  const at = await cachedGround({ 'src/a': 'a\n' });
  await at.run(config);
  const before = at.tree();
  forge(at, ({ changes }) => {
    changes.push({ path: 'out/way', isMade: true, kind: 'link', target: outside }, file('out/way/x'));
  });
  rmSync(join(at.dir, 'out'), { recursive: true });
  assert.is(isHit(await at.run(config), 'build'), false);
  assert.equal(at.tree(), before);
  assert.equal(treeOf(outside), {});
});

test('nothing is written by way of a link that leads out', async () => {
  const outside = tempDir();
  const at = await cachedGround({ 'src/a': 'a\n' });
  const deep = { ...build, run: 'mkdir -p out/deep && cat src/a > out/deep/a' };
  await at.run({ tasks: { build: deep } });
  rmSync(join(at.dir, 'out/deep'), { recursive: true });
  symlinkSync(outside, join(at.dir, 'out/deep'));
  const run = await at.run({ tasks: { build: { ...deep, run: deep.run } } });
  assert.is(run.task('build').status, 'passed', lookedUp(run).join());
  assert.equal(treeOf(outside), {});
  assert.is(at.tree()['out/deep/a'], '644 a\n');
});

test('no secret stands in the store in the clear, and none in an explanation', async () => {
  const at = await cachedGround({ 'src/a': 'a\n', '.env': 'FROM_FILE=secret-of-the-file\n' });
  const says = {
    reads: ['src/**'],
    writes: [],
    env: { PLAIN: 'plain' },
    run: 'echo "$TOKEN $FROM_FILE"; echo "handoff: $TOKEN" >> "$PTASK_LOG"',
  };
  const secret = {
    ...{ dotenv: ['.env'], secrets: ['TOKEN', 'FROM_FILE'], cache: { env: ['TOKEN'] } },
    tasks: { says },
  };
  const told: string[] = [];
  for (const TOKEN of ['secret-of-the-caller', 'secret-of-the-caller', 'another-secret']) {
    const run = await at.run(secret, { env: hermeticEnv({ TOKEN }) });
    assert.is(run.task('says').status, 'passed');
    told.push(...lookedUp(run));
    const out = readFileSync(join(run.folder, 'tasks/says.out'), 'utf8');
    assert.not.match(out, 'secret');
  }
  assert.equal(told, ['miss says: nothing is stored of it yet', 'hit says', 'miss says: TOKEN changed']);
  const files = filesBelow(storeOf(at));
  assert.ok(files.length > 2);
  for (const path of files) assert.not.match(readFileSync(path, 'latin1'), /secret-of|another-secret/);
});
