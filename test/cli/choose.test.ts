// Choosing tasks by patterns, tags and the flags of other runners.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/choose');

const CONFIG = `
tasks:
  gen: { run: echo gen }
  lint: { run: echo lint, tags: [ci] }
  test:unit: { run: 'echo unit; cat "$PTASK_OUTPUTS"', needs: gen, tags: [ci, slow] }
  test:e2e: { run: echo e2e, needs: gen }
`;

const made = project(CONFIG);

const ids = async (...args: string[]): Promise<string> => {
  const { stdout } = expectCode(await made.ptask('plan', '--json', ...args), 0);
  return (JSON.parse(stdout).tasks as { id: string }[]).map(({ id }) => id).join(' ');
};

test('by patterns, tags and exceptions', async () => {
  assert.is(await ids('test:*'), 'gen test:unit test:e2e');
  assert.is(await ids('--tag', 'ci'), 'gen lint test:unit');
  assert.is(await ids('--tag=slow,ci', '--except', 'test:*'), 'lint');
  assert.is(await ids('--except=gen,{lint,test:e2e}', '--only'), 'test:unit');
  assert.is(await ids('--exclude', 'test:*'), 'gen lint');
});

test('only what is named runs, and what it needs hands nothing over', async () => {
  const { stdout } = expectCode(await made.ptask('run', 'test:unit', '--only', '--json'), 0);
  assert.equal(
    JSON.parse(stdout).tasks.map(({ id, status }: Record<string, string>) => [id, status]),
    [['test:unit', 'passed']],
  );
  assert.match((await made.ptask('log', 'test:unit')).stdout, /^unit\n/);
});

test('the flags of other runners, where they mean the same', async () => {
  const concurrency = async (...flags: string[]): Promise<number> =>
    JSON.parse(expectCode(await made.ptask('lint', '--json', ...flags), 0).stdout).concurrency;
  assert.is(await concurrency('-j', '3'), 3);
  assert.is(await concurrency('-j4'), 4);
  assert.is(await concurrency('--jobs=5'), 5);
  assert.is(await concurrency('--parallel', '6'), 6);
  assert.is(await concurrency('-k', '--keep-going', '--continue', '-c', '2'), 2);
  for (const flag of ['-n', '--dry', '--dry-run'])
    expectOutput(expectCode(await made.ptask('lint', flag), 0), /^Strategy A/, 'stdout');
  const help = (await made.ptask('run', '--help')).stdout;
  assert.not.match(help, /--(?:jobs|dry|exclude|keep-going|parallel|continue)\b(?!-)/);
});

test('of the others it is told what to use', async () => {
  const refusal = async (...args: string[]) =>
    expectCode(await made.ptask(...args), 2).stderr.split('\n')[1] ?? '';
  assert.match(await refusal('--filter', 'web'), /^ {2}→ name tasks, or a pattern such as 'build\*'/);
  assert.match(
    await refusal('--filter=web'),
    /^ {2}→ name tasks, or a pattern such as 'build\*'/,
    'there is no web',
  );
  assert.match(await refusal('--filter=test'), /^ {2}→ choose tasks by their names: ptask 'test:\*'/);
  assert.match(await refusal('--parallel'), /^ {2}→ ptask runs in parallel by itself; --concurrency/);
  assert.match(await refusal('run', '--watch'), /use ptask watch; .*ptask test -- --watch/);
  assert.match(await refusal('--no-deps'), /^ {2}→ use --only$/);
  assert.match(await refusal('--constructor'), /ptask --help lists/);
});

test('a list shows the tags', async () => {
  expectOutput(await made.ptask('list'), /^test:unit {2}.*\[ci, slow\]$/m, 'stdout');
  assert.equal(JSON.parse((await made.ptask('list', '--json')).stdout)[2].tags, ['ci', 'slow']);
});

test('who writes what is read comes along, and the heading says why', async () => {
  const config = `
tasks:
  build: { run: 'mkdir -p dist; cp src dist/app', reads: src, writes: dist }
  size: { run: 'wc -c dist/app', reads: dist, writes: [] }
`;
  const { ptask, dir, write } = await gitProject({ config, files: { src: '12345', '.gitignore': 'dist\n' } });
  const heading = async (...args: string[]): Promise<string[]> =>
    expectCode(await ptask('size', '--reporter', 'lines', ...args), 0)
      .stdout.split('\n')
      .slice(1, 3);
  for (const text of ['12345', '1']) {
    write({ src: text });
    assert.equal(await heading(), ['came along', '  build writes dist, which size reads']);
    assert.match((await ptask('log', 'size')).stdout, new RegExp(`^${text.length} dist/app`));
    rmSync(join(dir, 'dist'), { recursive: true });
  }
  expectCode(await ptask('size', '--only'), 1);
  assert.match((await ptask('size', '--quiet')).stdout, /^✔ 2 passed/);
});
