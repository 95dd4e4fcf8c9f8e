/** `.ci/run`, in small repositories without dependencies: no registry is asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Env, hermeticEnv, repositoryRoot } from './env.ts';
import { repo } from './git.ts';
import { assert, suite } from './suite.ts';

const test = suite('support/ci');

async function ci(script: string, dirty?: string, env: Env = {}, slow = 'echo 0 passed, 0 failed') {
  const manifest = (run: string) =>
    JSON.stringify({ name: 'x', version: '1.0.0', scripts: { test: run, 'test:slow': slow } });
  const { dir } = await repo({
    files: {
      'package.json': manifest(script),
      'package-lock.json': JSON.stringify({
        name: 'x',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: { '': { name: 'x', version: '1.0.0' } },
      }),
      '.ci/run': { content: readFileSync(join(repositoryRoot, '.ci/run')), mode: 0o755 },
    },
  });
  if (dirty !== undefined) await execa('sh', ['-c', dirty], { cwd: dir });
  const { exitCode, all } = await execa(join(dir, '.ci/run'), {
    cwd: '/',
    env: hermeticEnv({ npm_config_update_notifier: 'false', ...env }),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  return { code: exitCode, output: all, lastLine: all.split('\n').at(-1) };
}

test('passes the output through and ends with the counts', { timeout: 60_000 }, async () => {
  const { code, output, lastLine } = await ci(
    'echo hello; echo CI=$CI; echo; echo 5 passed, 0 failed, 2 skipped',
  );
  assert.is(code, 0, output);
  assert.is(lastLine, '5 passed, 0 failed, 2 skipped');
  assert.match(output, /hello\nCI=true/);
});

test('a failing test run fails, and its counts are still last', { timeout: 60_000 }, async () => {
  const { code, output, lastLine } = await ci('echo 5 passed, 1 failed; exit 1');
  assert.is.not(code, 0, output);
  assert.is(lastLine, '5 passed, 1 failed');
});

test('the slow tests run once the others have passed, and count', { timeout: 60_000 }, async () => {
  const slow = 'echo slow; echo 3 passed, 2 failed, 1 skipped; exit 1';
  const both = await ci('echo 5 passed, 0 failed, 2 skipped', undefined, {}, slow);
  assert.is(both.code, 1, both.output);
  assert.is(both.lastLine, '8 passed, 2 failed, 3 skipped');
  const first = await ci('echo 5 passed, 1 failed; exit 1', undefined, {}, slow);
  assert.is(first.lastLine, '5 passed, 1 failed');
  const none = await ci('echo 5 passed, 0 failed', undefined, {}, 'exit 0');
  assert.is(none.code, 1, none.output);
  assert.is(none.lastLine, '5 passed, 1 failed');
});

test('without counts it is a failure, whatever the exit code', { timeout: 60_000 }, async () => {
  for (const script of ['exit 0', 'exit 3']) {
    const { code, output, lastLine } = await ci(script);
    assert.is.not(code, 0, output);
    assert.is(lastLine, '0 passed, 1 failed');
  }
});

test('what is not committed does not count', { timeout: 60_000 }, async () => {
  const { code, output } = await ci(
    'test ! -e junk && echo 1 passed, 0 failed',
    'touch junk; echo {} > package.json',
  );
  assert.is(code, 0, output);
});

test('runs inside a git hook, whose variables name another repository', { timeout: 60_000 }, async () => {
  const { code, output } = await ci('echo 1 passed, 0 failed', undefined, {
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: 'x',
  });
  assert.is(code, 0, output);
});
