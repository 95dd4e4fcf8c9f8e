// The cache by way of the command: flags, undo, abort, resuming, hooks.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { treeOf } from '../run/cached-support.ts';
import { expectCode, gitProject, type PtaskResult, ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/cached');

const CONFIG = `cache: true
tasks:
  build: { reads: ['src/**'], writes: ['out/**'], run: 'mkdir -p out && cat src/a > out/a' }
  lint: { reads: ['src/**'], writes: [], run: cksum src/a }
`;

const made = (config = CONFIG) =>
  gitProject({ config, files: { 'src/a': 'a\n', '.gitignore': 'out/\n.ptask/\n' } });

/** Of each task, whether it was a hit. */
const hits = (result: PtaskResult): Record<string, boolean> =>
  Object.fromEntries(
    (JSON.parse(result.stdout).tasks as { id: string; cached?: { hit: boolean } }[]).map(({ id, cached }) => [
      id,
      cached?.hit ?? false,
    ]),
  );

test('a run of hits is undone, and done again', async () => {
  const { dir, ptask } = await made();
  expectCode(await ptask('run'), 0);
  const after = treeOf(dir);
  rmSync(join(dir, 'out'), { recursive: true });
  const before = treeOf(dir);
  assert.equal(hits(expectCode(await ptask('run', '--json'), 0)), { build: true, lint: true });
  assert.equal(treeOf(dir), after);
  expectCode(await ptask('undo'), 0);
  assert.equal(treeOf(dir), before);
  assert.equal(hits(expectCode(await ptask('run', '--json'), 0)), { build: true, lint: true });
  assert.equal(treeOf(dir), after);
});

test('an abort puts back what came from the cache', async () => {
  const { dir, ptask, write } = await made(
    `${CONFIG}  bad: { needs: [build], cache: false, onFailure: abort, run: 'test ! -e bad' }\n`,
  );
  expectCode(await ptask('run'), 0);
  rmSync(join(dir, 'out'), { recursive: true });
  write({ bad: '' });
  const before = treeOf(dir);
  expectCode(await ptask('run'), 1);
  assert.equal(treeOf(dir), before);
});

test('outputs that an undo has brought back are still its own', async () => {
  const { dir, ptask, write } = await made(
    `cache: true\ntasks:\n  copy: { reads: ['src/**'], writes: ['out/**'], run: 'mkdir -p out && cp src/* out/' }\n`,
  );
  write({ 'src/b': 'b\n' });
  expectCode(await ptask('run'), 0);
  rmSync(join(dir, 'src/b'));
  expectCode(await ptask('run'), 0);
  expectCode(await ptask('undo'), 0);
  assert.is(treeOf(dir)['out/b'], '644 b\n');
  assert.equal(hits(expectCode(await ptask('run', '--json'), 0)), { copy: true });
  assert.is(treeOf(dir)['out/b'], undefined);
});

test('a run that is resumed takes the rest from the cache', async () => {
  const { ptask, write, dir } = await made(
    `${CONFIG}  bad: { cache: false, needs: [lint], run: 'test ! -e bad' }\n`,
  );
  write({ bad: '' });
  expectCode(await ptask('run'), 1);
  rmSync(join(dir, 'bad'));
  rmSync(join(dir, 'out'), { recursive: true });
  const resumed = expectCode(await ptask('run', '--resume', '--json'), 0);
  assert.is(hits(resumed).build, true);
  assert.is(treeOf(dir)['out/a'], '644 a\n');
});

test('--force, --no-cache and --cache', async () => {
  const { ptask } = await made();
  const run = async (...flags: string[]) => hits(expectCode(await ptask('run', '--json', ...flags), 0)).lint;
  assert.is(await run('--no-cache'), false);
  assert.is(await run('--cache', 'local:r'), false);
  assert.is(await run('--cache', 'local:off'), false);
  assert.is(await run('--cache', 'local:w'), false);
  assert.is(await run('--force'), false);
  assert.is(await run('--cache', 'local:r'), true);
  assert.is(await run(), true);
  assert.is(await run('--no-cache'), false);
});

test('the hook of a commit of some files', async () => {
  const project = await made();
  const { dir, write } = project;
  project.hook('pre-commit', `#!/bin/sh\nexec node ${ptaskBin} run --json > hook.log 2> hook.err\n`);
  const commit = (...args: string[]) =>
    execFileSync('git', ['commit', '-q', '-m', 'x', ...args], { cwd: dir, env: hermeticEnv() });
  const told = () => hits({ stdout: readFileSync(join(dir, 'hook.log'), 'utf8') } as PtaskResult);
  write({ 'src/a': 'changed\n', 'src/b': 'b\n' });
  await project.git('add', 'src/b');
  commit('--', 'src/a');
  assert.equal(told(), { build: false, lint: false });
  assert.is(await project.git('status', '--porcelain', 'src'), 'A  src/b');
  rmSync(join(dir, 'out'), { recursive: true });
  commit();
  assert.equal(told(), { build: true, lint: true });
  assert.is(treeOf(dir)['out/a'], '644 changed\n');
});

test('a config in a folder of the repository', async () => {
  const project = await gitProject({
    files: {
      'packages/one/parallel.config.yaml': CONFIG,
      'packages/one/src/a': 'a\n',
      '.gitignore': 'out/\n.ptask/\n',
    },
  });
  const cwd = join(project.dir, 'packages/one');
  expectCode(await project.ptask('run', { cwd }), 0);
  rmSync(join(cwd, 'out'), { recursive: true });
  assert.equal(hits(expectCode(await project.ptask('run', '--json', { cwd }), 0)), {
    build: true,
    lint: true,
  });
  assert.is(treeOf(cwd)['out/a'], '644 a\n');
});

test("a store within the repository is nobody's undeclared change", async () => {
  const { ptask } = await made(CONFIG.replace('cache: true', 'cache: { dir: .cache/ptask }'));
  expectCode(await ptask('run'), 0);
  assert.equal(hits(expectCode(await ptask('run', '--json'), 0)), { build: true, lint: true });
});
