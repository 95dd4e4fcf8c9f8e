import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';

const test = suite('cli/streams');

const CONFIG = 'tasks:\n  a: { run: echo hi, writes: [x] }\n  b: { run: touch ran, needs: [a] }\n';

function sh(cwd: string, line: string, env = {}): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync('sh', ['-c', line.replaceAll('ptask', `node ${ptaskBin}`)], {
    cwd,
    env: hermeticEnv(env),
    encoding: 'utf8',
  });
  return { code: status, stderr };
}

const full = 'ptask: stdout cannot be written: no space left on device (ENOSPC)\n';

if (existsSync('/dev/full'))
  test('a stdout that is full is told in one sentence, and the run goes on to its end', () => {
    const dir = tempDir();
    write(dir, { 'parallel.config.yaml': CONFIG });
    assert.equal(sh(dir, 'ptask run > /dev/full'), { code: 1, stderr: full });
    assert.ok(exists(dir, 'ran'), 'the second task ran');
    for (const args of ['plan', 'plan --json', 'list', 'check', 'report', 'report --json', 'log a', '--help'])
      assert.equal(sh(dir, `ptask ${args} > /dev/full`), { code: 1, stderr: full }, args);
    const json = sh(dir, 'ptask run --json > /dev/full');
    assert.is(json.code, 1);
    assert.match(json.stderr, '2 passed');
    assert.ok(json.stderr.endsWith(full), json.stderr);
  });
else test.skip('a stdout that is full', 'there is no /dev/full');

test('a bug is one sentence, with its stack when it is asked for', () => {
  // Nothing can be told about a folder that is gone while one stands in it.
  const gone = (line: string, env = {}) => sh(tempDir(), `mkdir x && cd x && rmdir ../x && ${line}`, env);
  const { code, stderr } = gone('ptask plan');
  assert.is(code, 1);
  assert.match(stderr, /^ptask: internal error: .*\n$/);
  assert.match(gone('ptask plan', { PTASK_DEBUG: '1' }).stderr, /\n {4}at /);
});

test('a reader that has seen enough is no error', () => {
  const dir = tempDir();
  write(dir, { 'parallel.config.yaml': CONFIG });
  const out = execFileSync('sh', ['-c', `node ${ptaskBin} plan 2>&1 | true; echo done`], {
    cwd: dir,
    encoding: 'utf8',
  });
  assert.is(out, 'done\n');
});
