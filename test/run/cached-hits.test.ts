// What a hit does: the files are as the task would leave them, it says what it said, and nothing runs.
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { cachedGround, isHit, lookedUp, notStored, treeOf } from './cached-support.ts';
import { runIn } from './isolation-support.ts';

const test = suite('run/cached-hits');

const ground = () => cachedGround({ 'src/a': 'a\n', 'docs/guide': 'old\n', 'docs/api': 'api\n' });
const build = {
  reads: ['src/**'],
  writes: ['out/**'],
  run: 'mkdir -p out/sub && cat src/a > out/a && cp out/a out/sub/a && echo built',
};
const BUILT = ['out/a', 'out/sub/a'];

for (const [how, harm] of Object.entries({
  gone: (dir: string) => rmSync(join(dir, 'out'), { recursive: true }),
  'gone in part': (dir: string) => rmSync(join(dir, 'out/sub'), { recursive: true }),
  edited: (dir: string) => write(dir, { 'out/a': 'edited\n' }),
  'of other permissions': (dir: string) => chmodSync(join(dir, 'out/a'), 0o600),
  'a folder now': (dir: string) => {
    rmSync(join(dir, 'out/a'));
    mkdirSync(join(dir, 'out/a'));
  },
}))
  test(`outputs that are ${how} are restored`, async () => {
    const at = await ground();
    await at.run({ tasks: { build } });
    const made = at.tree();
    harm(at.dir);
    const run = await at.run({ tasks: { build } });
    assert.ok(isHit(run, 'build'), lookedUp(run).join());
    assert.equal(at.tree(), made);
    assert.ok(run.task('build').filesChanged.length > 0);
  });

test('what is as it is to be is not written again', async () => {
  const at = await ground();
  await at.run({ tasks: { build } });
  for (const path of BUILT) utimesSync(join(at.dir, path), 1, 1);
  const run = await at.run({ tasks: { build } });
  assert.equal(run.task('build').filesChanged, []);
  for (const path of BUILT) assert.is(statSync(join(at.dir, path)).mtimeMs, 1_000);
});

test('restored files are new, for tools that compare times', async () => {
  const at = await ground();
  await at.run({ tasks: { build } });
  rmSync(join(at.dir, 'out'), { recursive: true });
  write(at.dir, { 'ignored/before': '' });
  await at.run({ tasks: { build } });
  assert.ok(statSync(join(at.dir, 'out/a')).mtimeMs >= statSync(join(at.dir, 'ignored/before')).mtimeMs);
});

test('outputs of a former time go before it runs, and stay where they are to be kept', async () => {
  const at = await ground();
  const each = {
    reads: ['src/**'],
    writes: ['out/**'],
    run: 'mkdir -p out && for f in src/*; do cp "$f" out/; done',
  };
  const list = () => Object.keys(at.tree()).filter((path) => path.startsWith('out/'));
  at.write({ 'src/b': 'b\n' });
  await at.run({ tasks: { each } });
  rmSync(join(at.dir, 'src/b'));
  await at.run({ tasks: { each } });
  assert.equal(list(), ['out/', 'out/a']);
  const incremental = { ...each, cache: { clean: false } };
  at.write({ 'src/b': 'b\n' });
  await at.run({ tasks: { each: incremental } });
  rmSync(join(at.dir, 'src/b'));
  await at.run({ tasks: { each: incremental } });
  assert.equal(list(), ['out/', 'out/a', 'out/b']);
});

test('what a person has edited under its writes is never given an old version', async () => {
  const at = await ground();
  const index = {
    reads: ['src/**'],
    writes: ['docs/**'],
    run: 'cat src/a > docs/index; echo new > docs/guide',
  };
  await at.run({ tasks: { index } });
  at.write({ 'docs/api': 'edited\n', 'docs/guide': 'written by hand\n' });
  const run = await at.run({ tasks: { index: { ...index, run: 'cat src/a > docs/index' } } });
  assert.is(isHit(run, 'index'), false);
  assert.is(at.tree()['docs/guide'], '644 written by hand\n');
  assert.is(at.tree()['docs/api'], '644 edited\n');
  rmSync(join(at.dir, 'docs/index'));
  const again = await at.run({ tasks: { index: { ...index, run: 'cat src/a > docs/index' } } });
  assert.ok(isHit(again, 'index'));
  assert.is(at.tree()['docs/guide'], '644 written by hand\n');
});

test('what it has made and somebody has committed and edited since is his', async () => {
  const at = await ground();
  const make = {
    reads: ['src/**'],
    writes: ['gen/**'],
    run: 'mkdir -p gen && [ -e gen/x ] || cat src/a > gen/x',
  };
  await at.run({ tasks: { make } });
  await at.git('add', 'gen');
  at.write({ 'gen/x': 'by hand\n' });
  const run = await at.run({ tasks: { make } });
  assert.equal(lookedUp(run), ['miss make: new file gen/x']);
  assert.is(at.tree()['gen/x'], '644 by hand\n');
});

test('what lies under its writes and is not its work joins the key', async () => {
  const at = await ground();
  const count = { reads: ['src/**'], writes: ['docs/**'], run: 'ls docs | wc -l' };
  await at.run({ tasks: { count } });
  assert.ok(isHit(await at.run({ tasks: { count } }), 'count'));
  at.write({ 'docs/more': '' });
  assert.equal(lookedUp(await at.run({ tasks: { count } })), ['miss count: new file docs/more']);
});

test('a folder in which others work as well stays', async () => {
  const at = await ground();
  const task = (name: string) => ({
    reads: ['src/**'],
    writes: [`out/${name}/**`],
    run: `[ ! -e src/second ] || [ -d out ] && mkdir -p out/${name} && cat src/a > out/${name}/a`,
  });
  const tasks = { one: task('one'), two: task('two') };
  await at.run({ tasks });
  at.write({ 'src/second': '' });
  const run = await at.run({ tasks });
  assert.equal([run.task('one').status, run.task('two').status], ['passed', 'passed']);
  rmSync(join(at.dir, 'src/second'));
  assert.equal(lookedUp(await at.run({ tasks })).sort(), ['hit one', 'hit two']);
});

test('what a task installs itself is no reason to install it again', async () => {
  const at = await ground();
  at.write({ 'package.json': '{}' });
  const install = {
    reads: ['package.json'],
    writes: ['node_modules/**'],
    run: 'mkdir -p node_modules && cp package.json node_modules/.package-lock.json',
  };
  const lint = { needs: ['install'], reads: ['src/**'], writes: [], run: 'cksum src/a' };
  await at.run({ tasks: { install, lint } });
  assert.equal(lookedUp(await at.run({ tasks: { install, lint } })), ['hit install', 'hit lint']);
  at.write({ 'package.json': '{ }' });
  assert.equal(lookedUp(await at.run({ tasks: { install, lint } })), [
    'miss install: package.json changed',
    'miss lint: other packages are installed (node_modules/.package-lock.json)',
  ]);
});

test('output, notes and values are said again', async () => {
  const at = await ground();
  const says = {
    reads: ['src/**'],
    writes: [],
    run: 'echo printed; echo "handoff: for others" >> "$PTASK_LOG"; echo "value=v" >> "$PTASK_OUTPUT"',
  };
  const hears = {
    needs: ['says'],
    cache: false,
    run: 'cat "$PTASK_OUTPUTS" "$PTASK_HANDOFF" > ignored/heard; mkdir -p ignored',
  };
  const config = { tasks: { says, hears: { ...hears, run: `mkdir -p ignored; ${hears.run}` } } };
  const first = await at.run(config);
  const heard = at.tree()['ignored/heard'];
  const second = await at.run(config);
  assert.ok(isHit(second, 'says'));
  assert.is(at.tree()['ignored/heard'], heard);
  assert.equal(second.task('says').outputs, first.task('says').outputs);
  assert.equal(
    second.task('says').notes?.map(({ text }) => text),
    first.task('says').notes?.map(({ text }) => text),
  );
  assert.is(readFileSync(join(second.folder, 'tasks/says.out'), 'utf8'), 'printed\n');
});

test('a task whose input was made anew and came to the same is a hit', async () => {
  const at = await ground();
  const first = { reads: ['src/**'], writes: ['out/**'], run: 'mkdir -p out; grep -v "^#" src/a > out/a' };
  const second = { reads: ['out/**'], writes: [], run: 'cksum out/a' };
  await at.run({ tasks: { first, second } });
  at.write({ 'src/a': '# said\na\n' });
  assert.equal(lookedUp(await at.run({ tasks: { first, second } })), [
    'miss first: src/a changed',
    'hit second',
  ]);
});

test('a hit takes no slot and starts no process', async () => {
  const at = await ground();
  await at.run({ tasks: { build } });
  rmSync(join(at.dir, 'out'), { recursive: true });
  const long = { cache: false, run: 'while [ ! -e out/a ]; do sleep 0.02; done; mkdir ignored' };
  const spy = tempDir();
  for (const name of ['git', 'sh', 'node', 'cat', 'cp'])
    write(spy, {
      [name]: {
        content: `#!/bin/sh\necho "$0 $*" >> '${spy}/started'\nexec /usr/bin/env PATH="$REAL" ${name} "$@"\n`,
        mode: 0o755,
      },
    });
  const run = await at.run({ tasks: { long, build } }, { concurrency: { kind: 'count', count: 1 } });
  assert.is(run.task('long').status, 'passed');
  assert.ok(isHit(run, 'build'));
  rmSync(join(at.dir, 'out'), { recursive: true });
  const alone = await at.run(
    { tasks: { build } },
    { env: hermeticEnv({ PATH: spy, REAL: hermeticEnv().PATH }) },
  );
  assert.ok(isHit(alone, 'build'), lookedUp(alone).join());
  assert.is(statSync(join(spy, 'started'), { throwIfNoEntry: false }), undefined);
});

test('an isolated task that is a hit gets no worktree', async () => {
  const at = await ground();
  const tasks = { build: { ...build, workspace: 'worktree' } };
  await at.run({ tasks });
  const made = at.tree();
  rmSync(join(at.dir, 'out'), { recursive: true });
  const run = await at.run({ tasks });
  assert.ok(isHit(run, 'build'));
  assert.equal(at.tree(), made);
  assert.is(run.report.cleanup?.worktrees, 0);
});

test('a new worktree of the repository has hits at once', async () => {
  const at = await ground();
  await at.run({ tasks: { build } });
  const other = await at.worktree({ branch: 'other' });
  const run = await runIn(other.dir, { cache: true, tasks: { build } });
  assert.ok(isHit(run, 'build'));
  assert.is(treeOf(other.dir)['out/a'], '644 a\n');
});

test('--no-cache neither reads nor writes, --force and w write, r reads', async () => {
  const at = await ground();
  const run = async (cache: { reads: boolean; writes: boolean }) => {
    const ran = await at.run({ tasks: { build } }, { cache });
    return [isHit(ran, 'build'), ran.task('build').attempts, notStored(ran).length];
  };
  assert.equal(await run({ reads: false, writes: false }), [false, 1, 1]);
  assert.equal(await run({ reads: true, writes: false }), [false, 1, 1]);
  assert.equal(await run({ reads: true, writes: false }), [false, 1, 1]);
  assert.equal(await run({ reads: false, writes: true }), [false, 1, 0]);
  assert.equal(await run({ reads: false, writes: true }), [false, 1, 0]);
  assert.equal(await run({ reads: true, writes: false }), [true, 0, 0]);
  assert.equal(await run({ reads: false, writes: false }), [false, 1, 1]);
});

test('the environment is strict', async () => {
  const at = await ground();
  const show = { reads: ['src/**'], writes: [], run: 'echo "$NOBODYS,$ASKED_ONE,$PASSED,$TZ,$LANG"' };
  const config = { cache: { env: ['ASKED_*'], passEnv: ['PASSED'] }, tasks: { show } };
  const run = async (env: Record<string, string>) => {
    const ran = await at.run(config, { env: hermeticEnv({ LANG: 'C', TZ: 'UTC', ...env }) });
    return [lookedUp(ran).join(), readFileSync(join(ran.folder, 'tasks/show.out'), 'utf8')];
  };
  assert.equal((await run({ NOBODYS: 'x', ASKED_ONE: '1', PASSED: 'p' }))[1], ',1,p,UTC,C\n');
  assert.equal(await run({ NOBODYS: 'y', ASKED_ONE: '1', PASSED: 'q' }), ['hit show', ',1,p,UTC,C\n']);
  assert.equal((await run({ ASKED_ONE: '2' }))[0], 'miss show: ASKED_ONE changed');
  assert.equal((await run({ ASKED_ONE: '1', TZ: 'Asia/Tokyo' }))[0], 'miss show: TZ changed');
  assert.equal((await run({ ASKED_ONE: '1', LANG: 'C.UTF-8' }))[0], 'miss show: LANG changed');
});

test('a folder that leads elsewhere by a link is not written through', async () => {
  const at = await ground();
  const outside = tempDir();
  await at.run({ tasks: { build } });
  rmSync(join(at.dir, 'out'), { recursive: true });
  symlinkSync(outside, join(at.dir, 'out'));
  await at.run({ tasks: { build: { ...build, run: `[ -L out ] || exit 0` } } });
  assert.equal(treeOf(outside), {});
});

test('a folder that is none of its own, in what it declares not to write, is no part of its result', async () => {
  const at = await cachedGround({ 'src/a': 'a\n', 'dist/keep/a': 'a\n' });
  const tasks = {
    build: {
      run: 'rm -rf dist/keep dist/other && mkdir -p dist && cat src/a > dist/out',
      reads: ['src/**'],
      writes: ['dist/**', '!dist/keep/**'],
      strays: 'ignore',
    },
  };
  await at.run({ tasks });
  await at.run({ tasks });
  assert.ok(isHit(await at.run({ tasks }), 'build'));
});

test('a tool that cannot be asked is a warning, and nothing is cached', async () => {
  const at = await ground();
  const run = await at.run({ cache: { tools: ['exit 3'] }, tasks: { build } });
  assert.is(run.report.status, 'complete');
  assert.match(run.warnings.join(), 'nothing is cached: `exit 3`, of `cache.tools`, ended with exit code 3');
});
