/** What isolated tasks do to the index arrives in the user's, as if they had worked there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { filesOf, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: the index');

const FILES = {
  whole: '1\n',
  parts: '1\n2\n',
  gone: '1\n',
  untold: '1\n',
  mine: '1\n',
  script: '#!\n',
  'd/f': '1\n',
};
const DEEDS = {
  whole: 'echo 2 > whole; echo n > new; echo i > x.log; git add whole new; git add -f x.log',
  parts: 'echo 0 >> parts; git add parts; echo 3 >> parts',
  gone: 'git rm -q gone; git rm -q --cached untold; rm -r d; echo f > d; git add -A d',
  mine: 'git reset -q mine; chmod +x script; git add script',
  quiet: 'echo 9 > quiet; git status',
};

const configOf = (strategy: string, deeds: Record<string, string>) => ({
  strategy,
  concurrency: 2,
  tasks: Object.fromEntries(
    Object.entries(deeds).map(([id, run]) => [id, { run, writes: ['**', '!.git/**'], strays: 'ignore' }]),
  ),
});

/** With something of the user's staged already. */
async function begun(): Promise<Repo> {
  const made = await ground(FILES);
  write(made.dir, { mine: '2\n', 'd/f': '2\n' });
  await made.git('add', 'mine', 'd/f');
  return made;
}

test('the same is staged as in a run in order', async () => {
  const [ordered, isolated] = [await begun(), await begun()];
  const one = await runIn(ordered.dir, configOf('sequential', DEEDS));
  assert.is(one.report.status, 'complete', told(one));
  const other = await runIn(isolated.dir, configOf('worktrees', DEEDS));
  assert.is(other.report.status, 'complete', told(other));
  assert.ok(other.plan.tasks.every(({ workspace }) => workspace === 'worktree'));
  assert.equal(filesOf(isolated.dir), filesOf(ordered.dir));
  const [is, was] = [isolated, ordered].map(({ git }) => git('ls-files', '--stage'));
  assert.is(await is, await was);
  assert.is(await isolated.git('status', '--porcelain'), await ordered.git('status', '--porcelain'));
});

test('what a task commits, and what is to be undone, is not staged', async () => {
  const made = await begun();
  const before = await made.git('ls-files', '--stage');
  const commits = await runIn(
    made.dir,
    configOf('worktrees', { a: 'echo 2 > whole; git commit -qam two', b: ':' }),
  );
  assert.is(commits.report.status, 'complete', told(commits));
  assert.is(await made.git('ls-files', '--stage'), before);
  const fails = {
    ...configOf('worktrees', { a: 'echo 3 > whole; git add whole', b: 'false' }),
    onFailure: 'abort',
  };
  await runIn(made.dir, fails);
  assert.is(await made.git('ls-files', '--stage'), before);
});

test('an index that is locked or broken: it is told, and the files are there', async () => {
  const made = await begun();
  writeFileSync(join(made.dir, '.git/index.lock'), '');
  const run = await runIn(made.dir, configOf('worktrees', { a: 'echo 2 > whole; git add whole', b: ':' }));
  assert.is(run.report.status, 'complete', told(run));
  assert.match(
    run.report.cleanup.problems.join(),
    /what tasks have staged \(whole\) is not staged in your index/,
  );
  assert.is(filesOf(made.dir).whole, filesOf((await ground({ whole: '2\n' })).dir).whole);
  const broken = await begun();
  const before = await broken.git('ls-files', '--stage');
  const deeds = {
    a: 'echo x > $(git rev-parse --git-path index)',
    b: 'rm $(git rev-parse --git-path index)',
  };
  const ran = await runIn(broken.dir, configOf('worktrees', deeds));
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(await broken.git('ls-files', '--stage'), before);
});
