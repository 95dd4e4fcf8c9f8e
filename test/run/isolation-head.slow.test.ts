// `integrate: merge` commits to the branch of the beginning or not at all, whoever moves HEAD while the run goes on.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode } from '../../src/report/exit-code.ts';
import { hermeticEnv } from '../support/env.ts';
import type { Repo } from '../support/git.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: HEAD');

/** What may happen to HEAD while a run goes on: where the results must not be committed. */
const ELSEWHERE: Record<string, { deed: string; why: RegExp; before?: string }> = {
  'another branch': { deed: 'git switch -q release', why: /^main was checked out .* and now release is$/ },
  'a new branch': { deed: 'git switch -q -c fresh', why: /^main was checked out .* and now fresh is$/ },
  'no branch': { deed: 'git switch -q --detach', why: /^main was checked out .* and now no branch is$/ },
  'the branch renamed': { deed: 'git branch -m main trunk', why: /^main was .* and now trunk is$/ },
  'another branch, and the old one deleted': {
    deed: 'git switch -q release; git branch -q -D main',
    why: /^main was checked out .* and now release is$/,
  },
  'the branch gone': { deed: 'git update-ref -d refs/heads/main', why: /^main was deleted/ },
  'the branch moved back': { deed: 'git reset -q --soft HEAD~1', why: /^main was moved back or rewritten/ },
  'the commit amended': {
    deed: 'git commit -q --amend -m other',
    why: /^main was moved back or rewritten/,
  },
  'another commit, where no branch was': {
    before: 'git switch -q --detach',
    deed: 'git checkout -q HEAD~1',
    why: /^another commit is checked out/,
  },
  'a branch, where none was': {
    before: 'git switch -q --detach',
    deed: 'git switch -q release',
    why: /^no branch was checked out .* and now release is$/,
  },
  'the index locked': { deed: ': > .git/index.lock', why: /index\.lock is there/ },
};

interface Moved {
  made: Repo;
  ran: Awaited<ReturnType<typeof runIn>>;
  /** Of the branches that are not ours, once the deed is done and at the end. */
  refs: { then: string[]; now: string[] };
}

/** A run of which one task works while something is done to HEAD. */
async function moved(
  deed: string,
  { before = ':', by }: { before?: string; by: 'the user' | 'a task' },
  integrate = 'merge',
): Promise<Moved> {
  const made = await ground({ f: '1\n' });
  await made.commit({ g: '1\n' }, 'second');
  await made.git('branch', 'release');
  const sh = (command: string) =>
    execFileSync('/bin/sh', ['-c', command], { cwd: made.dir, env: hermeticEnv(), stdio: 'pipe' });
  sh(before);
  const refsOf = async () =>
    (await made.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads'))
      .split('\n')
      .filter((line) => !line.startsWith('refs/heads/task/'));
  const rig = await puppets();
  const mover = { run: [rig.command('before'), deed, rig.command('after')], workspace: 'shared' };
  const running = runIn(made.dir, {
    integrate,
    tasks: {
      a: { run: ['echo a > a.txt', rig.command('a')], writes: ['a.txt'], workspace: 'worktree' },
      ...(by === 'a task' && { mover }),
    },
  });
  const working = await rig.nextInvocation('a');
  if (by === 'the user') sh(deed);
  else {
    await (await rig.nextInvocation('before')).exit(0);
    await (await rig.nextInvocation('after')).exit(0);
  }
  const then = await refsOf();
  await working.exit(0);
  const ran = await running;
  rmSync(join(made.dir, '.git/index.lock'), { force: true });
  return { made, ran, refs: { then, now: await refsOf() } };
}

for (const [name, { deed, why, before }] of Object.entries(ELSEWHERE))
  for (const by of ['the user', 'a task'] as const) {
    if (by === 'a task' && !/^another branch|moved back/.test(name)) continue;
    test(`${name}, by ${by}: nothing is committed, a branch is left, exit code 3`, {
      timeout: 60_000,
    }, async () => {
      const { made, ran, refs } = await moved(deed, { by, ...(before !== undefined && { before }) });
      assert.match(ran.report.integration.uncommitted ?? '', why, told(ran));
      assert.is(exitCode(ran.report), 3);
      assert.is(readFileSync(join(made.dir, 'a.txt'), 'utf8'), 'a\n');
      assert.equal(
        ran.report.cleanup.kept.map(({ branch }) => branch),
        ['task/a'],
      );
      assert.equal(refs.now, refs.then);
      assert.is(await made.git('diff', '--name-only', 'task/a~1', 'task/a'), 'a.txt');
      assert.is(await made.git('log', '-1', '--format=%s', 'task/a~1'), 'second');
    });
  }

test('commits to the branch meanwhile are merged with, by whomever', { timeout: 60_000 }, async () => {
  for (const by of ['the user', 'a task'] as const) {
    const { made, ran } = await moved('git commit -q --allow-empty -m mine', { by });
    assert.is(ran.report.status, 'complete', told(ran));
    assert.is(exitCode(ran.report), 0);
    const subjects = await made.git('log', '--reverse', '--topo-order', '--format=%s', 'main');
    assert.equal(subjects.split('\n'), ['first', 'second', 'mine', 'a', "Merge branch 'task/a'"]);
  }
});

test('branches stand upon the branch of the beginning', { timeout: 60_000 }, async () => {
  const deed = 'git switch -q release; git commit -q --allow-empty -m theirs';
  const { made, ran } = await moved(deed, { by: 'the user' }, 'branches');
  assert.is(exitCode(ran.report), 0, told(ran));
  assert.is(await made.git('rev-parse', 'task/a~1'), await made.git('rev-parse', 'main'));
});
