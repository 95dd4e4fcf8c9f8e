// The examples of isolation, each in a repository of its own.

import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expectCode } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { areBeside, changes, committed, copyOf, outcomes, phasesOf, taskOf } from './example.ts';

const b = suite('strategy-b-worktrees');
const site = () => committed((dir) => copyOf('strategy-b-worktrees', dir));

b('plans one phase, each task in a worktree', async () => {
  const plan = await (await site()).plan('--require-strategy', 'B');
  assert.equal(phasesOf(plan), [['orders', 'invoices', 'title']]);
  assert.equal(
    plan.tasks.map(({ workspace }) => workspace),
    ['worktree', 'worktree', 'worktree'],
  );
  assert.equal(
    plan.conflicts.map(({ tasks, resolution }) => [tasks, resolution]),
    [[[['orders', 'invoices', 'title']], 'isolate']],
  );
});

b('without a repository the same tasks run one after the other, and the plan says why', async () => {
  const plan = await copyOf('strategy-b-worktrees').plan();
  assert.is(plan.strategy.letter, 'D');
  assert.match(plan.notes.map(({ text }) => text).join('\n'), 'there is no git repository');
});

b('what collides runs again, what does not is merged, and nothing is left over', async () => {
  const example = await site();
  const before = await example.head();
  const report = await example.run(0);
  assert.is(report.strategy.letter, 'B');
  assert.equal(outcomes(report), ['orders passed', 'invoices passed', 'title passed']);
  assert.ok(areBeside(report, 'orders', 'invoices'));
  const { conflicts, merged } = report.integration;
  assert.equal(merged, ['orders', 'invoices', 'title']);
  assert.equal(
    conflicts.map(({ path, tasks, kind, resolution }) => ({ path, tasks, kind, resolution })),
    [{ path: 'src/pages.js', tasks: ['invoices', 'orders'], kind: 'merge', resolution: 'rerun' }],
  );
  assert.is(taskOf(report, 'title').attempts, 1);
  assert.is(taskOf(report, 'invoices').attempts, 2);
  assert.equal(changes(report), [
    'orders created src/orders.js',
    'orders modified src/pages.js',
    'invoices created src/invoices.js',
    'invoices modified src/pages.js',
    'title modified src/home.js',
  ]);
  assert.match(example.read('src/pages.js') ?? '', /home: .*\n {2}orders: .*\n {2}invoices: .*\n\};\n$/);
  assert.match(example.read('src/home.js') ?? '', 'Three pages');
  assert.is(await example.head(), before);
  assert.is(await example.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  assert.equal(readdirSync(dirname(example.dir)), ['repository']);
});

b('leaves the tree that one after the other leaves', async () => {
  const trees = [];
  for (const strategy of ['auto', 'sequential']) {
    const example = await site();
    await example.run(0, '--strategy', strategy);
    await example.git('add', '--all', 'src');
    trees.push(await example.git('write-tree'));
  }
  assert.is(trees[0], trees[1]);
});

b('is undone to the last byte', async () => {
  const example = await site();
  await example.run(0);
  assert.is((await example.status()).length, 4);
  expectCode(await example.ptask('undo'), 0);
  assert.equal(await example.status(), []);
});

b('integrate: merge makes a commit for each task', async () => {
  const example = await site();
  const report = await example.run(0, '--integrate', 'merge');
  assert.is(report.integration.mode, 'merge');
  assert.equal(await example.status(), []);
  const subjects = await example.git('log', '--no-merges', '--reverse', '--topo-order', '--format=%s');
  assert.equal(subjects.split('\n').sort(), [
    'Add a page for invoices',
    'Add a page for orders',
    'Give the home page a title',
    'first',
  ]);
  assert.is(
    await example.git('log', '-1', '--format=%(trailers:key=Ptask-Task,valueonly)', 'HEAD^2'),
    'title\n',
  );
});

const c = suite('collisions');
const packages = () => committed((dir) => copyOf('collisions', dir));

c('union and a command merge what git cannot', async () => {
  const example = await packages();
  const report = await example.run(0);
  assert.equal(
    report.integration.conflicts.map(({ path, resolution, discarded }) => ({ path, resolution, discarded })),
    [
      { path: 'CHANGELOG.md', resolution: 'union', discarded: [] },
      { path: 'packages.lock', resolution: 'run', discarded: [] },
    ],
  );
  assert.is(example.read('packages.lock'), 'colours 3.0.0\ndates 2.1.0\nmoney 1.4.0\nnumbers 0.9.2\n');
  assert.match(example.read('CHANGELOG.md') ?? '', /- Added money\.\n- Added dates\.\n$/);
});

c('what nothing decides ends with 3, the tree as it was, and branches', async () => {
  const example = await packages();
  const report = await example.run(3, '--config', 'versions.config.yaml');
  assert.equal(await example.status(), []);
  assert.equal(
    report.cleanup.kept.map(({ branch }) => branch),
    ['task/money', 'task/dates'],
  );
  assert.match(taskOf(report, 'dates').reason ?? '', 'packages.lock would have money 1.4.0 and 2.0.0');
  assert.match(await example.git('show', 'task/dates:packages.lock'), 'money 2.0.0');
});
