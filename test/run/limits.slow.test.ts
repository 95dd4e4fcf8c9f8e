// What the system runs out of is told in a sentence, loses nothing and leaves nothing running; what Node takes for a mistake
// of ours is none, and is not shown to people.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canOpen, limitReached } from '../../src/base/system-limits.ts';
import { git } from '../../src/git/git.ts';
import { gitProject, type PtaskResult, project, ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { runConfig } from './support.ts';

const test = suite('run/limits');

const named = (count: number, task: object): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, task]));

/** Runs ptask where a process may open so many files. */
async function limited(dir: string, files: number, args = ''): Promise<Pick<PtaskResult, 'code' | 'all'>> {
  const { execa } = await import('execa');
  const command = `ulimit -n ${files}; exec "${process.execPath}" "${ptaskBin}" ${args}`;
  const { exitCode, all } = await execa('sh', ['-c', command], {
    ...{ cwd: dir, env: hermeticEnv(), extendEnv: false, all: true, reject: false, stdin: 'ignore' },
  });
  return { code: exitCode, all };
}

// That nothing stays is looked after by the suite, which finds every process that a test file leaves.
for (const files of [100, 60, 40])
  test(`60 tasks at once, ${files} files`, async () => {
    const { dir } = project(
      JSON.stringify({ concurrency: 60, tasks: named(60, { run: 'sleep 0.5; echo out' }) }),
    );
    const { code, all } = await limited(dir, files);
    assert.is(code, 1, all);
    assert.match(all, 'too many open files: lower the concurrency (--concurrency), or raise the limit');
    assert.not.match(all, /internal error|Error|iterable|EMFILE|^ +at /m);
    const runs = readdirSync(join(dir, '.ptask/runs'));
    const report = JSON.parse(
      readFileSync(join(dir, '.ptask/runs', runs[0] as string, 'report.json'), 'utf8'),
    );
    const passed = report.tasks.filter(({ status }: { status: string }) => status === 'passed');
    if (files === 100) assert.ok(passed.length >= 4, all);
    for (const { id } of passed)
      assert.is(
        readFileSync(join(dir, '.ptask/runs', runs[0] as string, `tasks/${id}.out`), 'utf8'),
        'out\n',
      );
    // Nothing is half-way: the next command has nothing to put right.
    assert.not.match((await limited(dir, 4096, 'clean')).all, 'was killed');
  });

test('the same with fewer at once passes', async () => {
  const { dir } = project(JSON.stringify({ tasks: named(30, { run: 'echo out' }) }));
  const { code, all } = await limited(dir, 100, '-q --concurrency 4');
  assert.is(code, 0, all);
});

test('isolated tasks, whose git needs some as well', async () => {
  const tasks = named(3, { run: 'echo x > "src/$PTASK_TASK"', writes: ['src/**'] });
  const { dir } = await gitProject(JSON.stringify({ concurrency: 3, tasks }));
  const { code, all } = await limited(dir, 36);
  assert.is(code, 1, all);
  assert.match(all, 'too many open files');
  assert.not.match(all, /internal error|iterable|EMFILE/);
});

test('so few that ptask cannot begin', async () => {
  const { dir } = project(JSON.stringify({ tasks: named(1, { run: 'echo' }) }));
  const { code, all } = await limited(dir, 24);
  assert.is.not(code, 0);
  assert.match(all, 'too many open files');
  assert.not.match(all, /internal error|iterable|EMFILE/);
});

test('a command and an environment that are too long, and what cannot be found', async () => {
  const { task } = await runConfig(
    JSON.stringify({
      tasks: {
        env: { run: 'echo', env: { LONG: 'x'.repeat(200_000) } },
        command: { run: `echo ${'y'.repeat(200_000)}` },
        gone: { run: ['rm -rf "$PWD"', 'echo'], cwd: 'gone' },
        file: { run: ['rm -rf "$PWD"; echo > "$PWD"', 'echo'], cwd: 'file', needs: ['gone'] },
        before: { run: 'mkdir -p gone file', writes: ['gone/**', 'file/**'] },
      },
    }).replace('"cwd":"gone"', '"cwd":"gone","needs":["before"]'),
  );
  for (const id of ['env', 'command']) assert.match(task(id).reason ?? '', 'too long for the system');
  assert.match(task('gone').reason ?? '', /its folder \S+gone does not exist/);
});

for (const [what, config] of [
  ['tasks', { tasks: named(24, { run: 'sleep 0.2' }) }],
  [
    'waits before the next attempt',
    { tasks: named(24, { run: 'exit 1', retry: { times: 1, delay: '200ms' } }) },
  ],
  [
    'validation steps',
    {
      tasks: named(1, { run: ':' }),
      validate: Array.from({ length: 24 }, (_, at) => ({ name: `v${at}`, run: 'sleep 0.2' })),
    },
  ],
] as const)
  test(`many ${what} at once are no leak`, async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    try {
      const stop = new AbortController();
      const kill = new AbortController();
      const signals = { signal: stop.signal, kill: kill.signal };
      await runConfig(JSON.stringify({ concurrency: 24, ...config }), signals);
      await new Promise((done) => setImmediate(done));
    } finally {
      process.off('warning', hear);
    }
    assert.equal(warnings, []);
  });

test('a warning of Node is not shown', async () => {
  const { ptask } = project(JSON.stringify({ concurrency: 24, tasks: named(24, { run: 'sleep 0.2' }) }));
  const { all } = await ptask();
  assert.not.match(all, /\(node:\d+\)|Warning/);
});

test('which limits there are', async () => {
  assert.ok(canOpen(10));
  assert.match(limitReached(Object.assign(new Error(), { code: 'EAGAIN' })) ?? '', 'ulimit -u');
  assert.is(limitReached(new Error('x')), undefined);
  assert.is(limitReached(undefined), undefined);
  // A git that cannot be found is no limit.
  await git('/nowhere', ['status']).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, 'does not exist'),
  );
});
