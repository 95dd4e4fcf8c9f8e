// The output of commands comes through real pipes: they can be opened by name, wherever a command runs.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { ground, runIn } from './isolation-support.ts';
import { runConfig } from './support.ts';

const test = suite('run/pipes');

const NAMES = ['/dev/stdout', '/dev/stderr', '/dev/fd/1', '/dev/fd/2'];
if (process.platform === 'linux') NAMES.push('/proc/self/fd/1', '/proc/self/fd/2');

const ways: [name: string, run: (to: string) => string][] = [
  ['>', (to) => `echo said > ${to}`],
  ['>>', (to) => `echo said >> ${to}`],
  ['dd', (to) => `dd if=file of=${to} status=none`],
  ['cp', (to) => `cp file ${to}`],
  ['awk', (to) => `awk '{ print > "${to}" }' file`],
];

test('every name of an output can be opened', async () => {
  const root = tempDir();
  write(root, { file: 'said\n' });
  // One task for each: more than there are pipes at first, one after the other and at once.
  const tasks = NAMES.flatMap((to) => ways.map(([, run], at) => [`t${NAMES.indexOf(to)}-${at}`, run(to)]));
  const yaml = JSON.stringify({
    concurrency: 12,
    tasks: Object.fromEntries(tasks.map(([id, run]) => [id, { run }])),
  });
  const { output } = await runConfig(yaml, { root });
  for (const [id, run] of tasks) assert.is(output(id as string), 'said\n', run);
});

test('in verify, in a validation step, in the setup of a worktree and in an agent', async () => {
  const { dir } = await ground({ file: 'zero\n' });
  const { report, folder } = await runIn(dir, {
    worktrees: { setup: ['echo setup > /dev/stderr'] },
    agents: { one: { run: 'cat > /dev/stdout' } },
    tasks: {
      made: { run: 'echo run > /dev/stdout', verify: 'echo verify > /dev/stderr', workspace: 'worktree' },
      asked: { agent: 'one', prompt: 'say this' },
    },
    validate: [{ name: 'v', run: 'echo step > /dev/stderr' }],
  });
  assert.is(report.status, 'complete');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  assert.is(read('tasks/made.out'), 'setup\nrun\nverify\n');
  assert.is(read('validation/1.out'), 'step\n');
  assert.match(read('tasks/asked.out'), 'say this');
});

test('in the command that resolves a collision', async () => {
  const { dir } = await ground({ file: 'zero\n' });
  const { report } = await runIn(dir, {
    onCollision: { run: 'echo merging > /dev/stderr && cat "$PTASK_OURS" "$PTASK_THEIRS" > "$PTASK_RESULT"' },
    tasks: {
      one: { run: 'echo one > file', writes: ['file'] },
      two: { run: 'echo two > file', writes: ['file'] },
    },
  });
  assert.is(report.status, 'complete');
  assert.is(readFileSync(join(dir, 'file'), 'utf8'), 'one\ntwo\n');
});

test('what is printed to both stays in order, whatever opens them', async () => {
  const run = 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; echo s$i > /dev/stderr; done';
  const { output } = await runConfig(JSON.stringify({ tasks: { t: { run } } }));
  const lines = [1, 2, 3, 4, 5].flatMap((i) => [`o${i}`, `e${i}`, `s${i}`]);
  assert.is(output('t'), `${lines.join('\n')}\n`);
});

test('how a command ends and what it prints is as before: nothing, much, killed', async () => {
  const { output, task } = await runConfig(
    JSON.stringify({
      tasks: {
        silent: { run: ':' },
        much: { run: 'head -c 3000000 /dev/zero' },
        three: { run: 'echo x; exit 3' },
        killed: { run: 'echo y; kill -9 $$' },
      },
    }),
  );
  assert.is(output('silent'), '');
  assert.is(output('much').length, 3_000_000);
  assert.equal([output('three'), task('three').exitCode], ['x\n', 3]);
  assert.equal([output('killed'), task('killed').signal], ['y\n', 'SIGKILL']);
});

test('who stays and goes on to print reaches no task that comes later', async () => {
  const root = tempDir();
  // A daemon has a session of its own.
  const daemon = `perl -e 'use POSIX; exit if fork; POSIX::setsid(); for (1..40) { print "late\\n"; $|=1; select(undef,undef,undef,0.05) }'`;
  const after = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [`after${at}`, { run: 'sleep 0.1; echo own', needs: ['daemon'] }]),
  );
  const tasks = { daemon: { run: daemon }, ...after };
  const { output } = await runConfig(JSON.stringify({ concurrency: 10, tasks }), { root });
  for (const id of Object.keys(after)) assert.is(output(id), 'own\n');
  // Its pipe is closed: it cannot stay for ever.
  await sleep(500);
});

test('nothing is left in the folder for temporary files', async () => {
  const before = readdirSync(tmpdir());
  await runConfig(JSON.stringify({ tasks: { t: { run: 'echo x > /dev/stdout' } } }));
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('ptask-') && !before.includes(name));
  assert.equal(left, []);
});

test('where temporary files cannot be made output still comes', async () => {
  const was = process.env.TMPDIR;
  const root = tempDir();
  process.env.TMPDIR = '/nowhere';
  try {
    const { output } = await runConfig(JSON.stringify({ tasks: { t: { run: 'echo x; echo y >&2' } } }), {
      root,
    });
    assert.equal(output('t').trim().split('\n').sort(), ['x', 'y']);
  } finally {
    process.env.TMPDIR = was;
  }
});
