/** Tasks that do odd things to their worktree, people who edit meanwhile, and what is put into a worktree for a task. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repo } from '../support/git.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, write } from '../support/tmp.ts';
import {
  assertNothingLeft,
  assertUntouched,
  filesOf,
  gitState,
  ground,
  runIn,
  told,
} from './isolation-support.ts';

const test = suite('run/isolation: hostile');

const ten = Array.from({ length: 10 }, (_, at) => `${at + 1}\n`).join('');
const isolated = (run: string | string[], rest: object = {}) => ({
  run,
  writes: ['**'],
  workspace: 'worktree',
  ...rest,
});
const textOf = (made: Repo, path: string): string => readFileSync(join(made.dir, path), 'utf8');

const misdeeds: Record<string, { run: string; status: string }> = {
  'deletes its worktree': { run: 'cd ..; rm -rf "$PTASK_WORKDIR"', status: 'failed' },
  'takes all permissions from folders': {
    run: 'mkdir d; echo x > d/x; echo x > y; chmod 0 d',
    status: '',
  },
  'locks the index': { run: ': > "$(git rev-parse --git-path index.lock)"; echo x > x', status: 'passed' },
  'locks the worktree': { run: 'git worktree lock .; echo x > x', status: 'passed' },
  'leaves a merge half done': {
    run: 'git branch o; echo 1 > f; git commit -qam 1; git checkout -q o; echo 2 > f; git commit -qam 2; git merge -q - || true; git checkout -q --theirs f 2>/dev/null || true',
    status: 'passed',
  },
  'leaves processes behind': {
    run: '(while :; do date > tick; sleep 0.01; done) >/dev/null 2>&1 & echo x > x',
    status: 'passed',
  },
};

for (const [what, { run, status }] of Object.entries(misdeeds)) {
  test(`a task that ${what}: nothing is left, the next one works`, async () => {
    const made = await ground({ f: ten });
    const before = gitState(made.dir);
    const ran = await runIn(made.dir, {
      concurrency: 1,
      tasks: {
        bad: isolated(run, { writes: ['f', 'x', 'y', 'd/**', 'tick'] }),
        next: { run: 'cat f > g', writes: ['g', 'x'], workspace: 'worktree' },
      },
    });
    if (status !== '') assert.is(ran.task('bad').status, status, told(ran));
    assert.is(ran.task('next').status, 'passed', told(ran));
    assert.ok(exists(made.dir, 'g'));
    if (what.includes('half done')) await made.git('branch', '-q', '-D', 'o');
    const isWholly = (path: string) => !/packed-refs/.test(path);
    assert.equal(Object.keys(gitState(made.dir)).filter(isWholly), Object.keys(before).filter(isWholly));
    if (!what.includes('half done')) assertUntouched(made.dir, before);
    await assertNothingLeft(made);
    await made.git('fsck', '--strict');
  });
}

test('edits made while a task runs are kept: other files, other lines, the same lines', async () => {
  const made = await ground({ f: ten, other: 'o\n' });
  const rig = await puppets();
  const running = runIn(made.dir, {
    tasks: { t: isolated(["sed -i '5s/$/ t/' f", rig.command('t')], { writes: ['f'] }) },
  });
  const first = await rig.nextInvocation('t');
  write(made.dir, { other: 'mine\n', f: `mine\n${ten.replace('5\n', '5 mine\n')}` });
  await first.exit(0);
  const second = await rig.nextInvocation('t');
  write(made.dir, { f: `mine again\n${ten.replace('5\n', '5 mine\n')}` });
  await second.exit(0);
  const ran = await running;
  assert.is(ran.report.status, 'complete', told(ran));
  // The first result was dropped; the second, made upon the edits, is merged with another one.
  assert.is(ran.task('t').attempts, 2, told(ran));
  assert.is(textOf(made, 'other'), 'mine\n');
  assert.is(textOf(made, 'f'), `mine again\n${ten.replace('4\n', '4 t\n').replace('5\n', '5 mine\n')}`);
});

test('an ignored file that somebody edits meanwhile is not overwritten with a result upon the old one', async () => {
  const made = await ground({ f: ten });
  write(made.dir, { 'ignored/i': 'old\n' });
  const rig = await puppets();
  const running = runIn(made.dir, {
    tasks: { t: isolated([rig.command('t'), 'echo t >> ignored/i'], { writes: ['ignored/i'] }) },
  });
  const first = await rig.nextInvocation('t');
  write(made.dir, { 'ignored/i': 'mine\n' });
  await first.exit(0);
  await (await rig.nextInvocation('t')).exit(0);
  const ran = await running;
  assert.is(textOf(made, 'ignored/i'), 'mine\nt\n', told(ran));
  assert.equal(
    ran.report.integration.conflicts.map(({ kind, path, resolution }) => [kind, path, resolution]),
    [['ignored', 'ignored/i', 'rerun']],
  );
});

test('strays: told exactly, with a line that covers them; error drops the result, ignore says nothing', async () => {
  for (const strays of ['warn', 'error', 'ignore']) {
    const made = await ground({ f: ten, gone: 'g\n' });
    const run =
      'echo in > in; echo s > "odd[1].txt"; rm gone; mkdir d; for i in 1 2 3; do echo > d/$i; done; echo l > x.log';
    const ran = await runIn(made.dir, { tasks: { t: isolated(run, { writes: ['in'], strays }) } });
    const found = ran.task('t').strays.map(({ path, change, writes }) => `${change} ${path} ${writes}`);
    const expected = [
      ...['d/1', 'd/2', 'd/3'].map((path) => `created ${path} d/**`),
      'deleted gone gone',
      'created odd[1].txt odd\\[1\\].txt',
    ];
    assert.equal(found, strays === 'ignore' ? [] : expected, told(ran));
    assert.is(ran.task('t').status, strays === 'error' ? 'failed' : 'passed');
    assert.is(exists(made.dir, 'in'), strays !== 'error');
    assert.is(exists(made.dir, 'gone'), strays === 'error');
    assert.is(exists(made.dir, 'x.log'), false);
    assert.equal(ran.report.cleanup.problems, [
      "not for git to carry and in no task's writes, so gone with the worktrees: x.log of t",
    ]);
    if (strays !== 'warn') continue;
    const covered = await ground({ f: ten, gone: 'g\n' });
    const writes = ['in', ...new Set(ran.task('t').strays.map((stray) => stray.writes))];
    const again = await runIn(covered.dir, { tasks: { t: isolated(run, { writes }) } });
    assert.equal(again.task('t').strays, []);
  }
});

test('worktrees: copied, linked, listed in .worktreeinclude, set up; what a task is told of where it is', async () => {
  const made = await ground({ f: ten, '.worktreeinclude': 'ignored/listed\n' });
  write(made.dir, {
    'ignored/copied': 'c\n',
    'ignored/listed': 'l\n',
    'ignored/not': 'n\n',
    'ignored/modules/.bin/tool': { content: '#!/bin/sh\necho tool\n', mode: 0o755 },
    'node_modules/.bin/tool2': { content: '#!/bin/sh\necho tool2\n', mode: 0o755 },
    '.gitignore': 'ignored/\n*.log\nnode_modules\n',
  });
  const before = gitState(made.dir);
  const ran = await runIn(made.dir, {
    worktrees: {
      dir: '../trees',
      copy: ['ignored/copied'],
      link: ['ignored/modules', 'node_modules'],
      setup: 'echo set > ignored/set',
    },
    tasks: {
      t: isolated(
        'ls ignored > out; cat ignored/set >> out; ignored/modules/.bin/tool >> out; tool2 >> out; pwd -P >> out; echo "$PTASK_WORKDIR $PTASK_BRANCH $PTASK_ROOT" >> out',
        { writes: ['out'] },
      ),
    },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  const path = join(made.dir, '../trees/repo.t');
  assert.equal(textOf(made, 'out').trim().split('\n'), [
    ...['copied', 'listed', 'modules', 'set', 'set', 'tool', 'tool2'],
    path,
    `${path} task/t ${made.dir}`,
  ]);
  assert.ok(exists(made.dir, 'node_modules/.bin/tool2'), 'what was linked is still there');
  assert.ok(exists(made.dir, 'ignored/modules/.bin/tool'));
  assert.is(exists(made.dir, 'ignored/set'), false);
  assertUntouched(made.dir, before);
  rmSync(join(made.dir, '../trees'), { recursive: true });
  await assertNothingLeft(made);
});

test("what the setup makes is nobody's, unless the task changes it further", async () => {
  const made = await ground({ f: ten, tracked: 'old\n', gone: 'x\n' });
  const ran = await runIn(made.dir, {
    worktrees: { setup: 'echo gen > generated; echo kept > kept; echo set > tracked; rm gone; seq 5 > f' },
    tasks: { t: isolated('cat generated > out; echo more >> generated; echo 6 >> f', { writes: ['**'] }) },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(textOf(made, 'out'), 'gen\n');
  assert.is(textOf(made, 'generated'), 'gen\nmore\n', 'what the task has changed is taken as it left it');
  assert.is(textOf(made, 'f'), '1\n2\n3\n4\n5\n6\n');
  assert.is(textOf(made, 'tracked'), 'old\n');
  assert.is(textOf(made, 'gone'), 'x\n');
  assert.not.ok(exists(made.dir, 'kept'));
  assert.equal(
    ran.task('t').filesChanged.map(({ path }) => path),
    ['f', 'generated', 'out'],
  );
});

test('a worktree that has become a repository of its own is kept, and reported', async () => {
  const made = await ground({ f: ten });
  const run = 'rm .git; git init -q .; echo x > x';
  const ran = await runIn(made.dir, { tasks: { t: isolated(run) } });
  assert.is(ran.task('t').status, 'failed');
  assert.ok(exists(made.dir, '../repo.t/x'));
  assert.equal(
    ran.report.cleanup.keptWorktrees?.map(({ task, path }) => [task, path]),
    [['t', join(made.dir, '../repo.t')]],
  );
});

test('what only looks like the worktree of a task is left alone', async () => {
  const made = await ground({ f: ten });
  mkdirSync(join(made.dir, '../repo.t'));
  writeFileSync(join(made.dir, '../repo.t/mine'), 'mine\n');
  const ran = await runIn(made.dir, { tasks: { t: isolated('echo t > t') } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(filesOf(join(made.dir, '..'))['repo.t/mine'], '644 mine\n');
});
