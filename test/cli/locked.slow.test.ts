// Two ptasks at once in one work tree, and a ptask inside a task of another.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisProcess } from '../../src/base/liveness.ts';
import { expectCode, expectOutput, expectSignal, gitProject, project, projectAt } from '../support/cli.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('cli/locked');

const configOf = (command: string): string =>
  JSON.stringify({
    tasks: {
      held: { run: command, writes: ['out'] },
      quick: { run: 'echo quick > quick', writes: ['quick'] },
    },
  });

test('the second waits with one line, and runs when the first is over; another config too', async () => {
  const rig = await puppets();
  const made = await gitProject(configOf(rig.command('held')));
  mkdirSync(join(made.dir, 'sub'));
  write(made.dir, { 'sub/parallel.config.json': configOf(rig.command('held')) });
  const first = made.start('run', 'held');
  const held = await rig.nextInvocation('held');
  const second = projectAt(join(made.dir, 'sub')).start('run', 'quick');
  while (!/waiting for/.test(second.output())) await new Promise((done) => setTimeout(done, 20));
  assert.is(existsSync(join(made.dir, 'sub/quick')), false);
  await held.exit(0);
  expectCode(await first.result, 0);
  const ended = expectCode(await second.result, 0);
  assert.is(ended.stderr.match(/waiting for/g)?.length, 1);
  expectOutput(ended, /waiting for PARALLEL-\d+-\d+-\d+ \(pid \d+\) in this work tree\n/, 'stderr');
  assert.ok(existsSync(join(made.dir, 'sub/quick')));
});

test('--no-wait names the holder; Ctrl-C ends the wait; who only looks does not wait', async () => {
  const rig = await puppets();
  const made = await gitProject(configOf(rig.command('held')));
  const first = made.start('run', 'held');
  const held = await rig.nextInvocation('held');
  expectOutput(
    expectCode(await made.ptask('run', 'quick', '--no-wait'), 2),
    /PARALLEL-\S+ is in progress in this work tree \(pid \d+/,
  );
  for (const command of [['run', 'quick'], ['undo'], ['clean']]) {
    const waited = await made.ptask(...command, { signalAfter: { when: /waiting for/ } });
    expectSignal(waited);
  }
  for (const command of ['plan', 'check', 'list']) expectCode(await made.ptask(command), 0);
  assert.not.match((await made.ptask('plan')).all, /was killed/);
  await held.exit(0);
  expectCode(await first.result, 0);
  assert.is(readdirSync(join(made.dir, '.ptask/runs')).length, 1);
});

test('another work tree of the repository is another one', async () => {
  const rig = await puppets();
  const made = await gitProject(configOf(rig.command('held')));
  const other = await made.worktree({ branch: 'side' });
  const first = made.start('run', 'held');
  const held = await rig.nextInvocation('held');
  expectCode(await projectAt(other.dir).ptask('run', 'quick'), 0);
  await held.exit(0);
  expectCode(await first.result, 0);
});

for (const [what, make] of [
  ['a folder', (path: string) => mkdirSync(path)],
  ['a symbolic link', (path: string) => symlinkSync('/etc/hostname', path)],
  ['a named pipe', (path: string) => execFileSync('mkfifo', [path])],
] as const)
  test(`${what} in the lock’s place is an error with a way out, and stays`, async () => {
    const { dir, ptask } = await gitProject(configOf('true'));
    const path = join(dir, '.git/ptask/lock-3');
    mkdirSync(join(dir, '.git/ptask'));
    make(path);
    for (const command of ['run', 'undo', 'clean']) {
      const { stderr } = expectCode(await ptask(command), 2);
      assert.match(stderr.replaceAll(/\s+/g, ' '), `${path} is ${what} → remove it`);
    }
    expectCode(await ptask('plan'), 0);
    assert.equal(readdirSync(join(dir, '.git/ptask')).includes('lock-3'), true);
    assert.not.ok(existsSync(join(dir, 'quick')));
    rmSync(path, { recursive: true });
    expectCode(await ptask('run', 'quick'), 0);
  });

test('a number that no lock has, and a file where the folder is to be', async () => {
  const { dir, ptask } = await gitProject(configOf('true'));
  mkdirSync(join(dir, '.git/ptask'));
  writeFileSync(join(dir, '.git/ptask/lock-9007199254740992'), '{}');
  for (const command of ['run', 'undo', 'clean'])
    expectOutput(
      expectCode(await ptask(command), 2),
      /has a number that ptask gives to no lock\n.*remove it/,
    );
  rmSync(join(dir, '.git/ptask'), { recursive: true });
  writeFileSync(join(dir, '.git/ptask'), '');
  for (const command of ['run', 'undo', 'clean']) {
    const { stderr } = expectCode(await ptask(command), 2);
    assert.match(stderr, join(dir, '.git/ptask'));
    assert.not.match(stderr, /^ +at /m);
  }
});

test('what a killed run has left running is no part of the run that goes on', async () => {
  const rig = await puppets();
  const made = await gitProject(configOf(rig.command('held')));
  const first = made.start('run', 'held');
  const held = await rig.nextInvocation('held');
  const [going = ''] = readdirSync(join(made.dir, '.git/ptask/active'));
  const killed = 'PARALLEL-20200102-030405-006';
  const mark = (pid: number): string => `top/runs/${killed}\n${JSON.stringify({ ...thisProcess(), pid })}\n`;
  const from = (id: string) => made.ptask('run', 'quick', '--no-wait', { env: { PTASK_RUN_ID: id } });
  write(made.dir, { [`.git/ptask/active/${killed}`]: mark(2 ** 22 + 1) });
  expectCode(await from(killed), 2);
  expectCode(await from(going), 0);
  await held.exit(0);
  expectCode(await first.result, 0);
});

test('a run whose lock a task has swept away is waited for all the same', async () => {
  const rig = await puppets();
  const made = project(configOf(rig.command('held')));
  const first = made.start('run', 'held');
  const held = await rig.nextInvocation('held');
  rmSync(join(made.dir, '.ptask'), { recursive: true });
  const second = await made.ptask('run', 'quick', '--no-wait');
  expectOutput(expectCode(second, 2), /PARALLEL-\S+ is in progress in this work tree \(pid \d+/);
  await held.exit(0);
  expectCode(await first.result, 0);
  expectCode(await made.ptask('run', 'quick', '--no-wait'), 0);
});
